import type { JWTPayload } from 'jose';
import { type Block, blocksOf, type Page } from './pages.js';
import type { Json } from './realms-of-page.js';

/** A recipe: everything that belongs to one realms file of a page. */
export interface Recipe {
  /** The headings above it. */
  name: string;
  file: Json;
  /** The realm of the tokens, as the documented response names it. */
  realm: Json;
  /** The input of createTenant. */
  tenant: Json;
  /** The documented payload, and the same with the claims of other forms that the page shows. */
  payloads: [Payload, ...Payload[]];
  /** The documented response to the viewer query. */
  response: Json;
}

export type Payload = JWTPayload & { iat: number };

type RoleName = 'tenant_admin' | 'tenant_viewer' | 'super_admin';

/** Finds the recipes of a page. A realms file begins a recipe, and the keys of the other JSON blocks tell what they are. */
export function recipesOf(page: Page): Recipe[] {
  const parts: { block: Block; json: Json[] }[] = [];
  for (const block of blocksOf(page).filter(({ language }) => language === 'json')) {
    const json = JSON.parse(block.text);
    if ('realms' in json) parts.push({ block, json: [json] });
    else parts.at(-1)?.json.push(json);
  }
  return parts.map(({ block, json: [file, ...json] }) => {
    const only = (key: string): Json => {
      const found = json.filter((one) => key in one);
      if (found.length !== 1)
        throw new Error(`The recipe in line ${block.line} has ${found.length} "${key}"`);
      return found[0];
    };
    const payload = only('iss');
    const response = only('data');
    const others = json.filter((one) => !('iss' in one || 'data' in one || 'input' in one));
    const { realm } = response.data.viewer;
    return {
      name: headingsAbove(page, block),
      file,
      realm: file.realms.find((one: Json) => one.name === realm),
      tenant: only('input').input,
      payloads: [payload, ...others.map((claims) => ({ ...payload, ...claims }))],
      response,
    };
  });
}

/** Returns the headings of the second and third level that stand above a block, such as `Keycloak: Organizations`. */
function headingsAbove({ text }: Page, { line }: Block): string {
  let headings: string[] = [];
  for (const written of text.split('\n').slice(0, line)) {
    const [, level = '', heading = ''] = /^(##|###) (.*)$/.exec(written) ?? [];
    if (heading) headings = [...headings.slice(0, level.length - 2), heading];
  }
  return headings.join(': ');
}

/** Returns the documented payload, in which the text that means tenant_admin is another one. */
export function withText(recipe: Recipe, text: string): Payload {
  const written = JSON.stringify(recipe.payloads[0]);
  const admin = JSON.stringify(textOf(recipe, 'tenant_admin'));
  if (!written.includes(admin)) throw new Error(`The payload does not contain ${admin}`);
  return JSON.parse(written.replaceAll(admin, JSON.stringify(text)));
}

/** Returns the text by which a token of a realm of the recipe names a role. */
export function textOf({ realm, tenant }: Pick<Recipe, 'realm' | 'tenant'>, role: RoleName): string {
  const keyIn = (map: Record<string, string> = {}) => Object.keys(map).find((key) => map[key] === role);
  const inTenant = keyIn(realm.tenantRolePatterns)?.replace('{tenant}', tenant.externalIds[0].id);
  const anywhere = realm.roleMap ? keyIn(realm.roleMap) : role;
  const text = inTenant ?? anywhere;
  if (!text) throw new Error(`The realm ${realm.name} has no ${role}`);
  return text;
}

/** Returns the payload of a super_admin, who belongs to the default realm and to no tenant. */
export function superAdminOf(recipe: Recipe): Payload {
  const { file, tenant } = recipe;
  const realm = file.realms.find(({ name }: Json) => name === file.default);
  let written = JSON.stringify(withText(recipe, textOf({ realm, tenant }, 'super_admin')));
  for (const { id } of tenant.externalIds) written = written.replaceAll(JSON.stringify(id), '"no tenant"');
  return { ...JSON.parse(written), iss: realm.issuer };
}
