import { assertSame } from './account.js';
import { type EventRow, isLive, type Row } from './rows.js';

/** Matches actions that change the account itself and raise its version. */
const raising = /^service_account\.(update|set_permissions|disable|enable|delete|restore)$/;
const makesSecret = /^service_account\.(rotate|create)_secret$/;

type Story = {
  snapshot: Record<string, unknown>;
  version: number;
  /** The ids of the valid secrets. */
  live: Set<string>;
};

/**
 * Asserts that the events of an account lead to its stored state: each event has to begin where the previous event
 * ended.
 */
export function assertTrail(row: Row): void {
  const story: Story = { snapshot: {}, version: 0, live: new Set() };
  for (const event of row.events) tell(story, event, row);
  assertSame(story.snapshot, { ...row.snapshot }, `the audit log of ${row.id}`);
  assertSame(row.version, story.version, `the version of ${row.id} by its audit log`);
  const live = row.secrets.filter(isLive).map(({ id }) => id);
  assertSame(live.sort(), [...story.live].sort(), `the valid secrets of ${row.id} by its audit log`);
}

type Labels = Record<string, string | null>;

/** The events have only the labels that changed, with null for a label that does not exist. */
function tellLabels(story: Story, what: string, before: Labels = {}, after: Labels = {}): void {
  const labels = new Map(Object.entries((story.snapshot.labels ?? {}) as Record<string, string>));
  assertSame(Object.keys(before).sort(), Object.keys(after).sort(), what);
  for (const [key, value] of Object.entries(before)) assertSame(value, labels.get(key) ?? null, what);
  for (const [key, value] of Object.entries(after))
    if (value === null) labels.delete(key);
    else labels.set(key, value);
  story.snapshot.labels = Object.fromEntries(labels);
}

function tell(story: Story, { action, before, after }: EventRow, { id }: Row): void {
  const secret = String(after?.secret);
  if (action === 'service_account.create') {
    const { clientId: _clientId, secret: _secret, ...snapshot } = after ?? {};
    story.snapshot = { ...snapshot, status: 'active' };
    story.version = 1;
    story.live = new Set([secret]);
  } else if (raising.test(action)) {
    const { labels: labelsBefore, ...fieldsBefore } = before ?? {};
    for (const [name, value] of Object.entries(fieldsBefore))
      assertSame(value, story.snapshot[name], `${name} before ${action} of ${id}`);
    const {
      revokedSecrets,
      removedKeys: _keys,
      removedTrusts: _trusts,
      labels: labelsAfter,
      ...snapshot
    } = after ?? {};
    Object.assign(story.snapshot, snapshot);
    tellLabels(story, `the labels before ${action} of ${id}`, labelsBefore as Labels, labelsAfter as Labels);
    story.version += 1;
    if (action === 'service_account.delete') {
      for (const one of story.live)
        assertSame((revokedSecrets as string[]).includes(one), true, `${one} is revoked with ${id}`);
      story.live.clear();
    }
  } else if (action === 'service_account.revoke_secret') {
    assertSame(story.live.delete(secret), true, `${secret} was live`);
  } else if (makesSecret.test(action)) {
    if (after?.overlapSeconds === 0) story.live.clear();
    story.live.add(secret);
  }
}
