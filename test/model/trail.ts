import { assertSame } from './account.js';
import { type EventRow, isLive, type Row } from './rows.js';

/** Those that change the account itself, and raise its version. */
const raising = /^service_account\.(update|set_permissions|disable|enable|delete|restore)$/;
const makesSecret = /^service_account\.(rotate|create)_secret$/;

type Story = {
  facts: Record<string, unknown>;
  version: number;
  /** Ids of the secrets that live, but for those that end by themselves later. */
  live: Set<string>;
};

/**
 * Tells an account's story by its events alone, each of which has to begin where the last one ended, and holds
 * the end against what is stored.
 */
export function assertTrail(row: Row): void {
  const story: Story = { facts: {}, version: 0, live: new Set() };
  for (const event of row.events) tell(story, event, row);
  assertSame(story.facts, { ...row.facts }, `the trail of ${row.id}`);
  assertSame(row.version, story.version, `the version of ${row.id} by its trail`);
  const live = row.secrets.filter(isLive).map(({ id }) => id);
  assertSame(live.sort(), [...story.live].sort(), `the live secrets of ${row.id} by its trail`);
}

function tell(story: Story, { action, before, after }: EventRow, { id, secrets, events }: Row): void {
  const secret = String(after?.secret);
  if (action === 'service_account.create') {
    const { clientId: _clientId, ...facts } = after ?? {};
    story.facts = { ...facts, status: 'active' };
    story.version = 1;
    // The trail does not name the first secret: it is the one that no later event made.
    const later = events.filter((event) => makesSecret.test(event.action));
    const named = new Set(later.map((event) => event.after?.secret));
    story.live = new Set(secrets.map((one) => one.id).filter((one) => !named.has(one)));
    assertSame(story.live.size, 1, `first secrets of ${id}`);
  } else if (raising.test(action)) {
    for (const [name, value] of Object.entries(before ?? {}))
      assertSame(value, story.facts[name], `${name} before ${action} of ${id}`);
    Object.assign(story.facts, after ?? {});
    story.version += 1;
    if (action === 'service_account.delete') story.live.clear();
  } else if (action === 'service_account.revoke_secret') {
    assertSame(story.live.delete(secret), true, `${secret} was live`);
  } else if (makesSecret.test(action)) {
    if (after?.overlapSeconds === 0) story.live.clear();
    story.live.add(secret);
  }
}
