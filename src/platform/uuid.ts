/** Whether a text is a UUID of any version, in either case: the ids of tenants are somebody else's choice. */
export const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);
