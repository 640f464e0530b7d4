/** Whether a filter lets everything through: what is null asks for nothing. */
export const isUnfiltered = (filter: object): boolean =>
  Object.values(filter).every((wanted) => wanted == null);
