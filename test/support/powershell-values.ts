/**
 * Values of PowerShell, and what the interpreter beside this file can do with them: a hash table is a Map with keys in lower
 * case, an array an array, a character a text of one UTF-16 unit.
 */

/** What `throw` threw: a text or an exception. */
export class Thrown extends Error {
  readonly value: unknown;
  constructor(value: unknown) {
    super('thrown by PowerShell');
    this.value = value;
  }
}

export function fail(message: string): never {
  throw new Error(message);
}

export function truth(value: unknown): boolean {
  return Array.isArray(value) ? value.length > 0 : Boolean(value);
}

export function cast(type: string, value: unknown): unknown {
  switch (type) {
    case 'string':
      return value === null ? '' : String(value);
    case 'int':
      return typeof value === 'string' ? value.charCodeAt(0) : Number(value);
    case 'char':
      return String.fromCharCode(Number(value));
    case 'long':
      if (typeof value !== 'string' || !/^-?\d+$/.test(value)) throw new Thrown(`no number: ${String(value)}`);
      return Number(value);
    default:
      return fail(`The interpreter does not know the type ${type}.`);
  }
}

export function member(owner: unknown, name: string): unknown {
  if (Array.isArray(owner) && name === 'Count') return owner.length;
  if (owner instanceof Map) return (owner as Map<string, unknown>).get(name.toLowerCase()) ?? null;
  const type = typeName(owner);
  if (type) return { type: `${type}.${name}` };
  if (typeof owner === 'object' && owner !== null && name in owner) return (owner as Record<string, unknown>)[name];
  return fail(`The interpreter does not know the member ${name} of ${String(owner)}.`);
}

function typeName(owner: unknown): string | undefined {
  const isType = typeof owner === 'object' && owner !== null && 'type' in owner && typeof owner.type === 'string';
  return isType ? String(owner.type).replaceAll(/[[\]]/g, '') : undefined;
}

export function index(owner: unknown, key: unknown): unknown {
  if (owner instanceof Map) return (owner as Map<string, unknown>).get(String(key).toLowerCase()) ?? null;
  return fail(`The interpreter knows no elements of ${String(owner)}.`);
}

/** A growing text, System.Text.StringBuilder. */
export class StringBuilder {
  text = '';
}

export function invoke(owner: unknown, method: string, args: unknown[]): unknown {
  const [argument] = args;
  if (owner instanceof StringBuilder) {
    if (method === 'ToString') return owner.text;
    if (method === 'Append' && typeof argument === 'string') owner.text += argument;
    else fail(`StringBuilder.${method}(${typeof argument})`);
    return owner;
  }
  if (owner instanceof Map && method === 'ContainsKey') return owner.has(String(argument).toLowerCase());
  if (typeName(owner) === 'System.Text.Encoding.UTF8' && method === 'GetBytes')
    return [...Buffer.from(String(argument))];
  if (typeof owner === 'number' && method === 'ToString') return formatNumber(owner, argument);
  if (typeof owner !== 'string') return fail(`The interpreter does not know ${method} of ${String(owner)}.`);
  switch (method) {
    case 'ToCharArray':
      // UTF-16 units, as a char of .NET is.
      return Array.from({ length: owner.length }, (_, at) => owner.charAt(at));
    case 'IndexOf':
      return owner.indexOf(String(argument));
    case 'Contains':
      return owner.includes(String(argument));
    case 'Replace':
      return owner.replaceAll(String(argument), () => String(args[1]));
    case 'Trim': {
      const set = argument as string[];
      let [from, to] = [0, owner.length];
      while (from < to && set.includes(owner.charAt(from))) from++;
      while (to > from && set.includes(owner.charAt(to - 1))) to--;
      return owner.slice(from, to);
    }
    default:
      return fail(`The interpreter does not know String.${method}.`);
  }
}

function formatNumber(value: number, format: unknown): string {
  if (typeof format !== 'string') return String(value);
  const digits = Number(format.slice(1));
  const hex = value.toString(16).padStart(digits, '0');
  if (format.startsWith('x')) return hex;
  return format.startsWith('X') ? hex.toUpperCase() : fail(`The interpreter does not know the format ${format}.`);
}

/** Operators without a case of their own compare texts as PowerShell does: upper and lower case are one. */
export function operate(operator: string, left: () => unknown, right: () => unknown): unknown {
  const fold = (value: unknown) => (typeof value === 'string' ? value.toLowerCase() : value);
  switch (operator) {
    case '+':
      return `${String(left())}${String(right())}`;
    case '-eq':
      return fold(left()) === fold(right());
    case '-lt':
      return Number(left()) < Number(right());
    case '-gt':
      return Number(left()) > Number(right());
    case '-ge':
      return Number(left()) >= Number(right());
    case '-or':
      return truth(left()) || truth(right());
    case '-and':
      return truth(left()) && truth(right());
    case '-join':
      return (left() as unknown[]).join(String(right()));
    case '-isnot':
      return typeof left() !== 'string';
    default:
      return fail(`The interpreter does not know the operator ${operator}.`);
  }
}
