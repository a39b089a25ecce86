import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { Language, Parser, type Node } from 'web-tree-sitter';

/**
 * PowerShell's grammar, as tree-sitter has it: there is no PowerShell among the packages that npm or Debian offer. The
 * grammar knows neither the conditional operator nor `??`, so whatever it accepts is no syntax of PowerShell 7 but `&&` and `||`.
 */
export async function powerShellParser(): Promise<(source: string) => Node> {
  await Parser.init();
  const require = createRequire(import.meta.url);
  const grammar = require.resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');
  const parser = new Parser();
  parser.setLanguage(await Language.load(grammar));
  return (source) => {
    const tree = parser.parse(source.replace(/^\ufeff/, ''));
    if (!tree) throw new Error('The parser gave up.');
    return tree.rootNode;
  };
}

export function powerShellSource(): string {
  return readFileSync(fileURLToPath(new URL('../../scripts/guardit-client.ps1', import.meta.url)), 'utf8');
}

/** What the parser could not make sense of: line and text. */
export function syntaxErrors(root: Node): string[] {
  const found = [...descendants(root)].filter((node) => node.isError || node.isMissing);
  return found.map(
    (node) => `line ${node.startPosition.row + 1}: ${node.isMissing ? 'missing ' : ''}${node.type} ${node.text}`,
  );
}

export function* descendants(node: Node): Generator<Node> {
  yield node;
  for (const child of node.children) if (child) yield* descendants(child);
}

export function functionNamed(root: Node, name: string): Node {
  for (const node of descendants(root)) {
    if (node.type === 'function_statement' && namedChildren(node)[0]?.text === name) return node;
  }
  throw new Error(`There is no function ${name}.`);
}

/** The names in the parameter block that belongs to this node, without the dollar sign. */
export function parameterNames(owner: Node): string[] {
  const list = [...descendants(owner)].find((node) => node.type === 'parameter_list');
  const parameters = list?.namedChildren.filter((node) => node?.type === 'script_parameter') ?? [];
  return parameters.map((node) => {
    const variable = node && [...descendants(node)].find(({ type }) => type === 'variable');
    return variable?.text.slice(1) ?? '';
  });
}

/** The value of a literal: hash tables, arrays, single-quoted strings and whole numbers. */
export function literalValue(node: Node): unknown {
  const children = namedChildren(node);
  switch (node.type) {
    case 'hash_literal_expression':
      return Object.fromEntries(hashEntries(node));
    case 'array_expression':
      return children.flatMap((child) => literalItems(child));
    case 'verbatim_string_characters':
      return node.text.slice(1, -1).replaceAll("''", "'");
    case 'decimal_integer_literal':
      return Number(node.text);
    default:
      if (children.length === 1 && children[0]) return literalValue(children[0]);
      throw new Error(`${node.type} is no literal: ${node.text}`);
  }
}

function hashEntries(node: Node): [string, unknown][] {
  const body = namedChildren(node)[0];
  const entries = body ? namedChildren(body).filter(({ type }) => type === 'hash_entry') : [];
  return entries.map((entry) => {
    const [key, value] = namedChildren(entry);
    if (!key || !value) throw new Error(`Not a member of a hash table: ${entry.text}`);
    return [key.text, literalValue(value)];
  });
}

function literalItems(node: Node): unknown[] {
  const children = namedChildren(node);
  if (node.type !== 'array_literal_expression' && children.length === 1 && children[0])
    return literalItems(children[0]);
  return node.type === 'array_literal_expression' ? children.map(literalValue) : [literalValue(node)];
}

/** Comments may stand anywhere. */
export function namedChildren(node: Node): Node[] {
  return node.namedChildren.filter((child): child is Node => child !== null && child.type !== 'comment');
}
