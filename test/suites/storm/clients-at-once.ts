import type { Answer, Gateway } from '../../harness/gateway.js';

/** The state that the clients of a storm share. */
export interface Storm {
  gateway: Gateway;
  headers: Record<string, string>;
  tenant: string;
  /** The ids of the created accounts, the newest last. */
  ids: string[];
  /** The number of secrets that were made, according to the answers. */
  made: number;
  revoked: number;
}

/** A request of a client. */
export type Deed = (storm: Storm) => Promise<{ status: number; code: string }>;

const accounts = '/api/v1/admin/service-account';

const post = async ({ gateway, headers }: Storm, path: string, body?: object) => {
  const answer = await gateway.request(`${accounts}${path}`, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body: body && JSON.stringify(body),
  });
  return { status: answer.status, code: codeOf(answer), data: answer.body.data };
};

const codeOf = ({ body }: Answer): string => (body.success ? 'OK' : String(body.code));

/** Chooses up to 20 of the newest accounts in random order, so that the lists of several clients overlap. */
function some({ ids }: Storm): string[] {
  const chosen = new Set(Array.from({ length: 20 }, () => ids.at(-1 - Math.floor(Math.random() * 60))));
  return [...chosen].filter((id) => id !== undefined);
}

const create: Deed = async (storm) => {
  const answer = await post(storm, '/create');
  if (answer.code === 'OK') {
    storm.ids.push(answer.data.id);
    storm.made += 1;
  }
  return answer;
};

/** Makes a bulk request. It creates an account instead if there are none yet. */
const bulk =
  (path: string, more: object = {}, size = 20): Deed =>
  async (storm) => {
    const ids = some(storm).slice(0, size);
    if (ids.length === 0) return create(storm);
    const answer = await post(storm, `/bulk/${path}`, { ids, ...more });
    if (path === 'rotate-secret' && answer.code === 'OK')
      storm.made += answer.data.filter(({ secret }: { secret: unknown }) => secret).length;
    return answer;
  };

const revokeAll: Deed = async (storm) => {
  const answer = await post(storm, '/revoke-all-secrets');
  if (answer.code === 'OK') storm.revoked += answer.data.count;
  return answer;
};

/** The requests, of which clients choose at random. Frequent ones are in the list several times. */
export const deeds: readonly Deed[] = [
  ...Array.from({ length: 8 }, () => create),
  bulk('disable'),
  bulk('enable'),
  bulk('permissions', { permissions: ['api:read'] }),
  bulk('permissions', { permissions: ['api:write'] }),
  bulk('rotate-secret'),
  bulk('rotate-secret', { overlapSeconds: 0 }),
  bulk('delete', {}, 4),
  bulk('delete', {}, 4),
  revokeAll,
];
