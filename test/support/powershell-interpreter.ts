import type { Node } from 'web-tree-sitter';
import { namedChildren } from './powershell.ts';
import { cast, fail, index, invoke, member, operate, Thrown, truth } from './powershell-values.ts';

/**
 * Runs a small part of PowerShell: what the functions of guardit-client.ps1 use that turn parameters into the bytes of a request. It
 * is no PowerShell; it is strict instead: whatever it does not know, a type, an operator, a method, ends the test.
 */
export class PowerShellInterpreter {
  readonly #functions = new Map<string, Node>();
  /** Commands that the test stands in for. */
  readonly #commands: StandIns;

  constructor(root: Node, commands: StandIns = {}) {
    this.#commands = commands;
    const visit = (node: Node) => {
      if (node.type === 'function_statement') this.#functions.set(namedChildren(node)[0]?.text ?? '', node);
      else for (const child of namedChildren(node)) visit(child);
    };
    visit(root);
  }

  /** Everything that the function writes to its output. */
  call(name: string, parameters: Readonly<Record<string, unknown>>): unknown[] {
    const own = this.#commands[name];
    if (own) return own({ ...parameters });
    const node = this.#functions.get(name);
    const block = node && namedChildren(node).find(({ type }) => type === 'script_block');
    if (!block) throw new Error(`There is no function ${name}.`);
    // Names of variables know no case.
    const scope: Scope = new Map(Object.entries(CONSTANTS));
    for (const [parameter, value] of Object.entries(parameters)) scope.set(parameter.toLowerCase(), value);
    const output: unknown[] = [];
    try {
      for (const child of namedChildren(block)) if (child.type !== 'param_block') this.#run(child, scope, output);
    } catch (signal) {
      if (!(signal instanceof Return)) throw signal;
    }
    return output;
  }

  #run(node: Node, scope: Scope, output: unknown[]): void {
    const children = namedChildren(node);
    switch (node.type) {
      case 'if_statement':
        return this.#runIf(node, scope, output);
      case 'foreach_statement':
        return this.#runForeach(children, scope, output);
      case 'switch_statement':
        return this.#runSwitch(node, scope, output);
      case 'try_statement':
        return this.#runTry(children, scope, output);
      case 'flow_control_statement':
        return this.#runFlow(node, scope, output);
      case 'assignment_expression': {
        const [target, , value] = children;
        const name = target?.text.slice(1).toLowerCase() ?? '';
        if (!value || !/^\$\w+$/.test(target?.text ?? '')) throw unknown(node);
        scope.set(name, scalar(this.#evaluate(value, scope)));
        return;
      }
      default:
        if (STATEMENT_WRAPPERS.has(node.type)) for (const child of children) this.#run(child, scope, output);
        // Layers of the grammar that hold one thing and add nothing.
        else if (children[0]?.text === node.text) this.#run(children[0], scope, output);
        else output.push(...this.#evaluate(node, scope));
    }
  }

  #runIf(node: Node, scope: Scope, output: unknown[]): void {
    for (const branch of [node, ...namedChildren(node).flatMap((child) => clausesOf(child))]) {
      const parts = namedChildren(branch);
      if (branch.type === 'else_clause') return this.#runAll(parts, scope, output);
      const [condition, body] = parts;
      if (!condition || !body) throw unknown(branch);
      if (truth(scalar(this.#evaluate(condition, scope)))) return this.#run(body, scope, output);
    }
  }

  #runAll(nodes: readonly Node[], scope: Scope, output: unknown[]): void {
    for (const node of nodes) this.#run(node, scope, output);
  }

  #runForeach([variable, list, body]: Node[], scope: Scope, output: unknown[]): void {
    if (!variable || !list || !body) throw new Error('foreach without its parts');
    const items = this.#evaluate(list, scope).flatMap((item) => (Array.isArray(item) ? (item as unknown[]) : [item]));
    for (const item of items) {
      scope.set(variable.text.slice(1).toLowerCase(), item);
      try {
        this.#run(body, scope, output);
      } catch (signal) {
        if (!(signal instanceof Continue)) throw signal;
      }
    }
  }

  #runSwitch(node: Node, scope: Scope, output: unknown[]): void {
    const flat = [...flatten(node, new Set(['switch_clause', 'switch_condition']))];
    const isRegex = /^switch\s+-Regex/.test(node.text);
    const condition = flat.find(({ type }) => type === 'switch_condition');
    if (!condition) throw unknown(node);
    const value = String(scalar(this.#evaluate(condition, scope)));
    let matched = false;
    for (const clause of flat.filter(({ type }) => type === 'switch_clause')) {
      const [label, body] = namedChildren(clause);
      if (!label || !body) throw unknown(clause);
      const isDefault = label.text === 'default';
      const pattern = isDefault ? '' : String(scalar(this.#evaluate(label, scope)));
      const fits = isRegex ? new RegExp(pattern, 'i').test(value) : value.toLowerCase() === pattern.toLowerCase();
      if (isDefault ? matched : !fits) continue;
      matched = true;
      this.#run(body, scope, output);
    }
  }

  #runTry([body, ...clauses]: Node[], scope: Scope, output: unknown[]): void {
    const handler = clauses.flatMap((node) => [...flatten(node, new Set(['catch_clause']))])[0];
    if (!body || !handler) throw new Error('try without catch');
    try {
      this.#run(body, scope, output);
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
      const before = scope.get('_');
      scope.set('_', { Exception: error.value });
      this.#runAll(namedChildren(handler), scope, output);
      scope.set('_', before);
    }
  }

  #runFlow(node: Node, scope: Scope, output: unknown[]): void {
    const [value] = namedChildren(node);
    const word = /^\w+/.exec(node.text)?.[0];
    const values = value ? this.#evaluate(value, scope) : [];
    if (word === 'continue') throw new Continue();
    if (word === 'return') {
      output.push(...values);
      throw new Return();
    }
    if (word !== 'throw') throw unknown(node);
    const rethrown = scope.get('_') as { Exception: unknown } | undefined;
    throw new Thrown(value ? scalar(values) : rethrown?.Exception);
  }

  /** What an expression or a command writes: nothing, one value or several. */
  #evaluate(node: Node, scope: Scope): unknown[] {
    const children = namedChildren(node);
    const [first, second, third] = children;
    const isWrapper = node.type !== 'command' && children.length === 1;
    if (isWrapper && first?.text === node.text) return this.#evaluate(first, scope);
    const one = (child: Node | undefined) => {
      if (!child) throw unknown(node);
      return scalar(this.#evaluate(child, scope));
    };
    switch (node.type) {
      case 'variable':
        return [this.#variable(node.text, scope)];
      case 'verbatim_string_characters':
        return [node.text.slice(1, -1).replaceAll("''", "'")];
      case 'expandable_string_literal':
        return [node.text.slice(1, -1).replaceAll(/\$\w+/g, (name) => String(this.#variable(name, scope)))];
      case 'decimal_integer_literal':
        return [Number(node.text)];
      case 'hash_literal_expression':
        return [this.#hashTable(node, scope)];
      case 'array_expression': {
        const items: unknown[] = [];
        for (const child of children) items.push(...this.#evaluate(child, scope).flat());
        return [items];
      }
      case 'array_literal_expression':
        return children.length === 1 ? this.#evaluate(first ?? node, scope) : [children.map(one)];
      case 'parenthesized_expression':
        return [one(first)];
      case 'cast_expression': {
        const type = first?.text.replaceAll(/[[\]\s]/g, '') ?? '';
        const isArray = first?.text.includes('[]') ?? false;
        const value = one(second);
        return type === 'void'
          ? []
          : [isArray ? (value as unknown[]).map((item) => cast(type, item)) : cast(type, value)];
      }
      case 'member_access':
        return [member(this.#owner(first, scope), second?.text.replace(/^[.]|^::/, '') ?? '')];
      case 'element_access':
        return [index(one(first), one(second))];
      case 'invokation_expression': {
        const list = children.find(({ type }) => type === 'argument_list');
        const args = list ? argumentsOf(list).map((argument) => scalar(this.#evaluate(argument, scope))) : [];
        return [invoke(this.#owner(first, scope), second?.text ?? '', args)];
      }
      case 'expression_with_unary_operator':
        if (!/^(-not|!)/.test(node.text)) throw unknown(node);
        return [!truth(one(first))];
      case 'command':
        return this.#command(node, scope);
      default:
        if (children.length === 1 && first) return this.#evaluate(first, scope);
        if (node.type === 'pipeline_chain' || node.type === 'pipeline') return this.#pipeline(children, scope);
        if (children.length === 3 && /operator/.test(second?.type ?? '')) {
          return [
            operate(
              second?.text ?? '',
              () => one(first),
              () => (third?.type === 'type_literal' ? third.text : one(third)),
            ),
          ];
        }
        if (children.length === 2)
          return [
            operate(
              operatorBetween(node, children),
              () => one(first),
              () => one(second),
            ),
          ];
        throw unknown(node);
    }
  }

  #variable(name: string, scope: Scope): unknown {
    const key = name.slice(1).toLowerCase();
    if (!scope.has(key)) throw new Error(`The variable ${name} has no value.`);
    return scope.get(key);
  }

  /** What a member belongs to: a value, or a type of .NET by its name. */
  #owner(node: Node | undefined, scope: Scope): unknown {
    if (!node) throw new Error('a member of nothing');
    if (node.type === 'type_literal') return { type: node.text };
    return scalar(this.#evaluate(node, scope));
  }

  #hashTable(node: Node, scope: Scope): Map<string, unknown> {
    const entries = [...flatten(node, new Set(['hash_entry']))].map((entry): [string, unknown] => {
      const [key, value] = namedChildren(entry);
      if (!key || !value) throw unknown(entry);
      return [key.text.toLowerCase(), scalar(this.#evaluate(value, scope))];
    });
    return new Map(entries);
  }

  #pipeline(commands: readonly Node[], scope: Scope): unknown[] {
    let values = this.#evaluate(commands[0] ?? fail('an empty pipeline'), scope);
    for (const command of commands.slice(1)) {
      const block = [...flatten(command, new Set(['script_block_expression']))][0];
      if (!block || !command.text.startsWith('ForEach-Object')) throw unknown(command);
      values = values.flatMap((value) => this.#evaluate(block, new Map([...scope, ['_', value]])));
    }
    return values;
  }

  #command(node: Node, scope: Scope): unknown[] {
    const [name, ...rest] = namedChildren(node);
    const elements = rest.flatMap((child) => (child.type === 'command_elements' ? namedChildren(child) : [child]));
    const parameters: Record<string, unknown> = {};
    let waiting: string | undefined;
    let place = 0;
    for (const element of elements) {
      if (element.type === 'command_argument_sep') continue;
      if (element.type === 'command_parameter') {
        waiting = element.text.slice(1);
        parameters[waiting] = true;
      } else {
        parameters[waiting ?? `argument${place++}`] =
          element.type === 'generic_token' ? element.text : scalar(this.#evaluate(element, scope));
        waiting = undefined;
      }
    }
    return this.call(name?.text ?? '', parameters);
  }
}

/** Commands of PowerShell and what they write, given their parameters by name, or by `argument0`, `argument1` … */
type StandIns = Readonly<Record<string, (parameters: Record<string, unknown>) => unknown[]>>;
type Scope = Map<string, unknown>;

const CONSTANTS = { true: true, false: false, null: null };
const STATEMENT_WRAPPERS = new Set(['statement_list', 'statement_block', 'script_block_body', 'script_block']);

class Return extends Error {}
class Continue extends Error {}
function unknown(node: Node): Error {
  return new Error(
    `The interpreter does not know this ${node.type}: ${node.text.slice(0, 200)}\n${node.toString().slice(0, 600)}`,
  );
}

function scalar(values: unknown[]): unknown {
  return values.length === 0 ? null : values.length === 1 ? values[0] : values;
}

function* flatten(node: Node, types: ReadonlySet<string>): Generator<Node> {
  for (const child of namedChildren(node)) {
    if (types.has(child.type)) yield child;
    else yield* flatten(child, types);
  }
}

function clausesOf(node: Node): Node[] {
  if (node.type === 'elseif_clause' || node.type === 'else_clause') return [node];
  return node.type === 'elseif_clauses' ? namedChildren(node) : [];
}

function argumentsOf(list: Node): Node[] {
  return [...flatten(list, new Set(['argument_expression']))];
}

function operatorBetween(node: Node, [left, right]: readonly Node[]): string {
  if (!left || !right) throw unknown(node);
  return node.text.slice(left.endIndex - node.startIndex, right.startIndex - node.startIndex).trim();
}
