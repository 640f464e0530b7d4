import type { Answer, Gateway } from '../../harness/gateway.js';

/** The state that the clients of a storm share. */
export interface Storm {
  gateway: Gateway;
  headers: Record<string, string>;
  tenant: string;
  /** Accounts that have been made, the newest last. */
  ids: string[];
  /** How many secrets answers say were made, and revoked all at once. */
  made: number;
  revoked: number;
}

/** Something that a client does. */
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

/** Up to 20 of the newest, in no order: those of several clients overlap, each the other way round. */
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

/** Without an account there is none to change. */
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

/** Each as often as it stands here. */
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
