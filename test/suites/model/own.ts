import { assertStored, type Model } from './account.js';
import { readRows } from './rows.js';
import type { Client } from './site.js';

/** Asserts that all accounts of a client are stored as the client knows them. */
export async function checkOwn({ site }: Client, { accounts }: Model): Promise<void> {
  const rows = await readRows(
    site,
    accounts.map(({ id }) => id),
  );
  for (const account of accounts) {
    assertStored(
      account,
      rows.find(({ id }) => id === account.id),
    );
  }
}
