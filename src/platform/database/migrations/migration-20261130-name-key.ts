import { Migration } from '@mikro-orm/migrations';

/**
 * Makes the names of accounts unique without regard to case, compatibility forms and invisible characters. Only the
 * database computes the key of a name, so indexes, scripts and gateways of every version agree on it.
 *
 * Accounts that collide when this migration runs keep their names. The oldest of them owns the key. The others are
 * exempt from the index until they get another name. No account becomes exempt later.
 */
export class Migration20261130NameKey extends Migration {
  override up(): void {
    const { upper, lower } = caseFolding();
    // This is NFKC_Casefold (Unicode Standard, section 3.13), with spaces as in RFC 8266, section 2.3. PostgreSQL has
    // no case folding before version 18, and its lower() depends on the locale of the database. The key is cut, because
    // a compatibility character can stand for 18 others, and an index entry has at most 2704 bytes.
    this.addSql(`
      create function service_account_name_key(name text) returns text
      language plpgsql immutable strict parallel safe as $$
      declare
        key text := lower(name collate "C");
      begin
        if octet_length(key) > length(key) then
          key := lower(normalize(key, NFKD) collate "C");
          -- Translating takes long, and most names need no translation.
          if key ~ '[${upper}${ignored}]' then
            key := translate(key, '${upper}${ignored}', '${lower}');
          end if;
          key := left(normalize(replace(key, 'ß', 'ss'), NFKC), 400);
        end if;
        return regexp_replace(key, ' {2,}', ' ', 'g');
      end $$`);
    this.addSql('alter table service_account add column name_exempt boolean not null default false');
    this.addSql(`
      update service_account set name_exempt = true
      from (
        select id, row_number() over (
          partition by tenant_id, service_account_name_key(name) order by created_at, id) as number
        from service_account where status <> 'deleted'
      ) numbered
      where numbered.id = service_account.id and number > 1`);
    // Gateways of the previous version know the index by its name, and report a violation as a name that is taken.
    this.addSql('drop index service_account_name_unique');
    this.addSql(`
      create unique index service_account_name_unique
        on service_account (tenant_id, service_account_name_key(name))
        where status <> 'deleted' and not name_exempt`);
    this.addSql(`
      create index service_account_name_exempt_index
        on service_account (tenant_id, service_account_name_key(name))
        where status <> 'deleted' and name_exempt`);
    // The unique index does not contain exempt accounts. A new or restored name is compared with them here, and by the
    // statement that creates an account.
    this.addSql(`
      create function service_account_take_name() returns trigger language plpgsql as $$
      begin
        if exists (
          select from service_account other
          where other.tenant_id = new.tenant_id and other.status <> 'deleted' and other.name_exempt
            and service_account_name_key(other.name) = service_account_name_key(new.name) and other.id <> new.id
        ) then
          raise unique_violation using
            message = 'another account has this name', constraint = 'service_account_name_unique';
        end if;
        new.name_exempt := false;
        return new;
      end $$`);
    this.addSql(`
      create trigger service_account_take_name before update of name, status on service_account for each row
        when (new.status <> 'deleted' and (new.name <> old.name or old.status = 'deleted'))
        execute function service_account_take_name()`);
  }
}

/** Returns the characters of decomposed text that case folding changes, except for ASCII, and what they become. */
function caseFolding(): { upper: string; lower: string } {
  // The planes of Unicode that contain letters with case, without surrogates.
  const characters = Array.from({ length: 0x20000 }, (_, code) => code)
    .filter((code) => code > 0x7f && (code < 0xd800 || code > 0xdfff))
    .map((code) => String.fromCodePoint(code));
  const changed = characters.filter((char) => char.normalize('NFKD') === char && fold(char) !== char);
  return { upper: changed.join(''), lower: changed.map(fold).join('') };
}

/**
 * Folds the case of a character. Unlike toLowerCase, case folding makes both forms of the small sigma equal. It keeps
 * the dotless i. ß, which becomes two characters, is not changed here.
 */
function fold(char: string): string {
  const small = char.toLowerCase();
  const large = small.toUpperCase();
  return char === 'ı' || large.length !== small.length ? small : large.toLowerCase();
}

/** The invisible characters that the rules for names allow: joiners, directional marks, and parts of emoji. */
const ignored = `\u200c\u200d\u200e\u200f\u061c\ufe0f${characterRange(0xe0020, 0xe007f)}`;

function characterRange(first: number, last: number): string {
  return Array.from({ length: last - first + 1 }, (_, index) => String.fromCodePoint(first + index)).join('');
}
