import fc from 'fast-check';

/** Draws a value of an arbitrary (`fc.gen`). Some values are easier to generate step by step than as an arbitrary. */
export type Draw = fc.GeneratorValue;

const percent = () => fc.noBias(fc.nat({ max: 99 }));
const index = (length: number) => fc.noBias(fc.nat({ max: length - 1 }));

export const chance = (draw: Draw, likely: number): boolean => draw(percent) < likely;

export const oneOf = <T>(draw: Draw, items: readonly T[]): T => items[draw(index, items.length)] as T;
