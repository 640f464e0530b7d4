/** A key out of SECRET_PEPPERS. Its version is stored beside each hash, so that keys can be changed. */
export interface Pepper {
  version: string;
  key: Buffer;
}
