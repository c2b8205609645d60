import ts from 'typescript';
import { declared } from './declared.mjs';
import { callsOf, membersOf } from './membersOf.mjs';

/** In one line, as a cell or a point of a list needs it; what was a list keeps its points, a line of code its look. */
const inLine = (text) =>
  text
    .replace(/^- /, '· ')
    .replace(/\n- /g, '<br>· ')
    .replace(/\n\n {4}(\S.*)/g, '<br>`$1`')
    .replace(/\s*\n\s*/g, ' ')
    .replaceAll('|', '\\|');

function table(rows) {
  const head = ['name', 'type', 'what it says'];
  const columns = rows.some(([, , text]) => text !== '') ? 3 : 2;
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.slice(0, columns).join(' | ')} |`);
  return lines.join('\n');
}

/** Writes what the reference says of one public name. */
export class Description {
  #types;
  #text;
  #addressOf;

  constructor(types, text, addressOf) {
    this.#types = types;
    this.#text = text;
    this.#addressOf = addressOf;
  }

  of(item) {
    const [declaration] = item.symbol.declarations;
    const hasMembers = ts.isClassDeclaration(declaration) || ts.isInterfaceDeclaration(declaration);
    const said = this.#types.textOf(item.symbol);
    const parts = hasMembers ? this.#members(item, declaration, said) : [said, this.#block(item)];
    return [`### ${item.name}`, ...parts].filter((part) => part !== '').join('\n\n');
  }

  /** Whether anything is said of it. */
  isGiven({ symbol }) {
    return this.#types.textOf(symbol) !== '';
  }

  #members(item, declaration, said) {
    const { parents, constructors, members, others, isStatic } = membersOf(item, this.#types);
    const values = members.filter((member) => callsOf(member).length === 0);
    const calls = members.filter((member) => callsOf(member).length > 0);
    const listed = [
      ...constructors.map((one) => this.#point(`new ${item.name}`, [one], one.symbol)),
      ...calls.map((one) => this.#point(`${isStatic(one) ? `${item.name}.` : ''}${one.name}`, callsOf(one), one)),
    ];
    const kind = ts.isClassDeclaration(declaration) && !item.isTypeOnly ? 'class' : 'interface';
    return [this.#title(item, declaration, kind, parents), said, listed.join('\n'), this.#table(values, others)];
  }

  /** Only where it says more than the heading. */
  #title({ name }, { typeParameters = [] }, kind, parents) {
    if (typeParameters.length === 0 && parents.length === 0) return '';
    const from = parents.map(({ type }) => this.#text.code(type)).join(' and ');
    return `${this.#text.titleCode(`${kind} ${name}`, typeParameters)}${from === '' ? '' : `, with all of ${from}`}`;
  }

  #point(name, calls, symbol) {
    const ways = calls.map((call) => this.#text.signatureCode(`${name}${call.questionToken ? '?' : ''}`, call));
    const text = this.#types.textOf(symbol);
    return `- ${ways.join('<br>')}${text === '' ? '' : `<br>${inLine(text)}`}`;
  }

  #table(values, others) {
    const row = (name, { type }, symbol) => [
      `\`${name}\``,
      type ? this.#text.code(type) : '',
      inLine(this.#types.textOf(symbol)),
    ];
    const rows = [
      ...values.map((one) =>
        row(`${one.name}${one.declarations[0].questionToken ? '?' : ''}`, one.declarations[0], one),
      ),
      ...others.map((one) => row(`[${one.parameters[0].name.text}]`, one, one.symbol)),
    ];
    return rows.length === 0 ? '' : table(rows);
  }

  /** Functions, types and constants, as they are declared, and the names in them. */
  #block({ name, symbol, isTypeOnly }) {
    const shown = symbol.declarations.filter((one) => !(isTypeOnly && ts.isVariableDeclaration(one)));
    const block = `\`\`\`ts\n${shown.map((one) => declared(name, one, this.#text)).join('\n')}\n\`\`\``;
    const names = new Set(
      shown.flatMap((one) => [...this.#text.namesIn(one)]).filter((item) => item.symbol !== symbol),
    );
    if (names.size === 0) return block;
    return `${block}\n\n${[...names].map((item) => `[${item.name}](${this.#addressOf(item)})`).join(', ')}`;
  }
}
