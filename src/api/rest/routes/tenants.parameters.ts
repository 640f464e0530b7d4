import { oneOf, order, type Parameters, pageParameters, text } from '../parameters.js';

const statuses = { active: 'ACTIVE', suspended: 'SUSPENDED' };
const fields = { createdAt: 'CREATED_AT', name: 'NAME' };

/** What a list of tenants can be asked for. */
export const tenantParameters: Parameters = {
  ...pageParameters,
  orderBy: { at: 'orderBy', kind: order(fields) },
  status: { at: 'filter.status', kind: oneOf(statuses), many: 'separated' },
  search: { at: 'filter.search', kind: text },
};
