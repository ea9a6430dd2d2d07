/**
 * Numbers as they are read. `toLocaleString('en')` writes the same, but its first call loads the tables of a language,
 * for some 35 ms in the middle of the first picture of a page.
 */

/** An integer with its thousands apart: 12,345. */
export const grouped = (value: number): string => String(Math.round(value)).replace(/\B(?=(\d{3})+$)/g, ',');

/** A rough number, of two digits: 12,000. */
export const roughly = (value: number): string => grouped(Number(value.toPrecision(2)));
