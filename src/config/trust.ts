import type { z } from 'zod';
import {
  type DevelopmentIdentity,
  developmentIdentity,
  developmentRealms,
  keyEncryptionKeysOf,
} from '../platform/auth/development.js';
import { type RealmsFile, realmsFile } from '../platform/auth/realms/realms-file.js';
import { type Environment, keyEncryptionKeys, peppers } from './variables.js';

/** The settings that development mode creates itself. Outside of development mode, they are required. */
interface Trust {
  realms: RealmsFile;
  peppers: z.output<typeof peppers>;
  keyEncryptionKeys: z.output<typeof keyEncryptionKeys>;
  /** The identity of the development realm, in development mode without REALMS_FILE only. */
  development?: DevelopmentIdentity;
  /** The variables that development mode reads from DATA_DIR although the gateway trusts the realms of REALMS_FILE. */
  generated: string[];
}

/** Returns the settings of the environment, and creates the missing ones in development mode. */
export function trust(env: Environment, realms: RealmsFile | undefined, dataDir: string): Trust {
  const { SECRET_PEPPERS, KEY_ENCRYPTION_KEYS } = env;
  if (realms && SECRET_PEPPERS && KEY_ENCRYPTION_KEYS) {
    return { realms, peppers: SECRET_PEPPERS, keyEncryptionKeys: KEY_ENCRYPTION_KEYS, generated: [] };
  }
  const identity = developmentIdentity(dataDir);
  const secrets = {
    peppers: SECRET_PEPPERS ?? peppers.parse(identity.peppers),
    keyEncryptionKeys: KEY_ENCRYPTION_KEYS ?? keyEncryptionKeys.parse(keyEncryptionKeysOf(identity)),
  };
  if (!realms) {
    const trusted = realmsFile.parse(developmentRealms(identity));
    return { ...secrets, realms: trusted, development: identity, generated: [] };
  }
  const given = { SECRET_PEPPERS, KEY_ENCRYPTION_KEYS };
  return {
    ...secrets,
    realms,
    generated: Object.keys(given).filter((name) => !given[name as keyof typeof given]),
  };
}
