import { environment } from '../../src/config/variables.js';

const limits = Object.keys(environment.shape).filter((name) => /^RATE_LIMIT_(?!STORE$)/.test(name));

/** The settings that remove all rate limits. A test can set a limit again. */
export const unlimited = Object.fromEntries(limits.map((name) => [name, '0']));

/** The settings that leave all rate limits at their defaults. */
export const defaultLimits = Object.fromEntries(limits.map((name) => [name, '']));
