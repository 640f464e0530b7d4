export const isClientId = (text: string): boolean => /^sa_client_[\da-f]{12}$/.test(text);
