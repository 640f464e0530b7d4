import { GraphQLError, GraphQLScalarType, Kind } from 'graphql';
import { GraphQLDateTime } from 'graphql-scalars';

/** The parts of a time in the format of RFC 3339, section 5.6. Each part may be out of its range. */
const format =
  /^(?<year>\d+)-(?<month>\d\d)-(?<day>\d\d)T(?<hour>\d\d):(?<minute>\d\d):(?<second>\d\d)(?:\.\d+)?(?:Z|[+-](?<zoneHour>\d\d):(?<zoneMinute>\d\d))$/i;

const example = 'such as 2027-12-31T00:00:00Z';
const date = String.raw`\d{4,}-\d\d-\d\d`;
const clock = String.raw`\d\d:\d\d:\d\d(\.\d+)?`;
const zone = String.raw`(Z|[+-]\d\d:\d\d)`;

/** What is wrong with a text that does not have the format. The first pattern that matches decides. */
const formFaults: [RegExp, string][] = [
  [/^\s|\s$/, 'must not start or end with a space'],
  [new RegExp(`^${date}$`), `must have a time of day and a time zone after the date, ${example}`],
  [new RegExp(`^${date}[ _]${clock}`), 'must have a T between the date and the time'],
  [
    new RegExp(`^${date}T${clock}$`, 'i'),
    'must end with a time zone: Z for UTC, or an offset such as +01:00',
  ],
  [new RegExp(`^${date}T${clock} `, 'i'), 'must not have a space before the time zone'],
  [
    new RegExp(`^${date}T${clock}[+-]\\d\\d(\\d\\d)?$`, 'i'),
    'must have an offset with hours and minutes, such as +01:00',
  ],
  [new RegExp(`^${date}T\\d\\d:\\d\\d${zone}?$`, 'i'), `must have seconds, ${example}`],
  [
    new RegExp(`^${date}T\\d\\d:\\d\\d:\\d\\d,\\d+`, 'i'),
    'must have a period, not a comma, before the fraction of a second',
  ],
  [new RegExp(`^${date}T\\d\\d:\\d\\d:\\d\\d\\.${zone}?$`, 'i'), 'must have digits after the period'],
  [/^[+-]\d/, 'must have a year of four digits, without a sign'],
];

type Parts = Record<string, number>;

/** What is wrong with a part that is out of its range. The first fault counts. */
const rangeFaults: [(parts: Parts) => boolean, string][] = [
  [({ month = 0 }) => month < 1 || month > 12, 'must have a month from 01 to 12'],
  [({ day = 0 }) => day < 1 || day > 31, 'must have a day from 01 to 31'],
  [({ year = 0, month = 0, day = 0 }) => day > daysIn(year, month), 'must be a day that exists in its month'],
  [({ hour = 0 }) => hour === 24, 'must have an hour from 00 to 23; midnight is 00:00:00 of the next day'],
  [({ hour = 0 }) => hour > 23, 'must have an hour from 00 to 23'],
  [({ minute = 0 }) => minute > 59, 'must have minutes from 00 to 59'],
  // The clocks of computers have no leap seconds. If the gateway accepted one, it would return another time than it
  // got.
  [
    ({ second = 0 }) => second === 60,
    'must not be a leap second, which is not supported; use the second after it',
  ],
  [({ second = 0 }) => second > 59, 'must have seconds from 00 to 59'],
  [
    ({ zoneHour = 0, zoneMinute = 0 }) => zoneHour > 23 || zoneMinute > 59,
    'must have an offset from -23:59 to +23:59',
  ],
];

/** Returns the number of days of a month. The calendar repeats after 400 years. Date.UTC maps years below 100 to 19xx. */
const daysIn = (year: number, month: number): number =>
  new Date(Date.UTC(2000 + (year % 400), month, 0)).getUTCDate();

/** Returns what is wrong with a value of the type DateTime, without the value, or undefined. */
export function dateTimeFault(value: unknown): string | undefined {
  if (typeof value !== 'string') return `must be a string with a date and time, ${example}`;
  const groups = format.exec(value)?.groups;
  if (!groups) return formFaults.find(([pattern]) => pattern.test(value))?.[1] ?? noDateTime;
  if (groups.year?.length !== 4) return 'must have a year of four digits';
  const parts = Object.fromEntries(
    Object.entries(groups).map(([name, digits]) => [name, Number(digits ?? 0)]),
  );
  return rangeFaults.find(([isWrong]) => isWrong(parts))?.[1];
}

const noDateTime = `must be a date and time with a time zone, ${example}`;

/** Parses a value. Digits after the milliseconds are dropped. @throws GraphQLError */
function parse(value: unknown): Date {
  const fault = dateTimeFault(value);
  if (fault) throw new GraphQLError(`DateTime: ${fault}`);
  return new Date(String(value).toUpperCase());
}

/** The scalar for dates. It rejects the same values as the library's scalar, but says what is wrong with each. */
export const DateTime = new GraphQLScalarType<Date>({
  ...(GraphQLDateTime.toConfig() as ConstructorParameters<typeof GraphQLScalarType<Date>>[0]),
  parseValue: parse,
  parseLiteral: (node) => {
    const fault = dateTimeFault(node.kind === Kind.STRING ? node.value : undefined);
    if (fault) throw new GraphQLError(`DateTime: ${fault}`, { nodes: node });
    return parse(node.kind === Kind.STRING && node.value);
  },
});
