import type { Language } from './language.ts';

/** Text, or what makes it from values. Nothing is ever HTML. */
export interface Texts {
  readonly [name: string]: string | ((...values: never[]) => string) | Texts;
}

/** What a translation must have: the same names, with the same values. */
type Same<Original> = {
  readonly [Name in keyof Original]: Original[Name] extends string
    ? string
    : Original[Name] extends (...values: infer Values) => string
      ? (...values: Values) => string
      : Same<Original[Name]>;
};

export type Catalogue<Original> = { readonly [L in Language]: Same<Original> };

/**
 * A feature's strings in every language. English says which there are; one that German lacks, or has too many, does not
 * compile.
 */
export function catalogue<const Original extends Texts>(en: Original, others: Omit<Catalogue<Original>, 'en'>) {
  // English is of its own shape by definition, which the compiler can't see for a type that it does not know yet.
  return { en, ...others } as unknown as Catalogue<Original>;
}

/** `1 task`, `2 tasks`: English and German have the same two forms. */
export function counted(count: number, one: string, many: string): string {
  return count === 1 ? one : many;
}
