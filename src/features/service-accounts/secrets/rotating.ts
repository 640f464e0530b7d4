import { z } from 'zod';
import { checkInput } from '../../../platform/input-rules.js';
import type { WantedSecret } from './new-secret.js';

const day = 24 * 60 * 60;

/** How the input's overlap is told in the schema. */
export const overlapOptions = {
  nullable: true,
  description:
    'For how many seconds the other secrets go on, so that nothing fails meanwhile: 0 to 2592000, which is 30 days. Otherwise 86400, a day.',
};

interface Input {
  overlapSeconds?: number | null;
}

const rules = z.object({
  overlapSeconds: z
    .number()
    .min(0, 'must be 0 or more')
    .max(30 * day, `must be at most ${30 * day}`)
    .nullish(),
});

/** A new secret, and the end of all others when the overlap is over. */
export function rotating(input: Input): WantedSecret {
  const overlapSeconds = input.overlapSeconds ?? day;
  return {
    action: 'service_account.rotate_secret',
    asked: { overlapSeconds },
    overlapSeconds,
    check: () => checkInput(rules, input),
  };
}
