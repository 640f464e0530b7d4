import { Router } from 'express';

export interface IdeSettings {
  /** Headers to fill in for a request that comes from this machine itself. */
  headers?: () => Promise<Record<string, string>>;
}

export function createIdeRouter(_settings: IdeSettings): Router {
  return Router();
}
