/** Returns a pattern of `like` that matches whatever contains the text. Its `%` and `_` match only themselves. */
export const containing = (text: string): string => `%${text.replace(/[\\%_]/g, '\\$&')}%`;
