import ts from 'typescript';

const entities = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '|': '&#124;', '*': '&#42;', _: '&#95;', $: '&#36;' };
/** Plain text, so that neither Markdown nor a table takes a character of it for its own. */
const escaped = (text) => text.replace(/[&<>|*_$]/g, (character) => entities[character]);
const linked = (name, address) => `<a href="${address}">${escaped(name)}</a>`;
const asIs = (text) => text;

/** On one line, in the style of the sources. */
const tidied = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/\s+/g, ' ')
    .replace(/; }/g, ' }')
    .replaceAll('"', "'");

/** As code of Markdown where that will do, so that the source can be read as well. */
function codeOf(html, plain) {
  return html.includes('<a ') || plain.includes('`') ? `<code>${html}</code>` : `\`${plain.replaceAll('|', '\\|')}\``;
}

/** Types as they are written in declarations, with links to the names that have a place in the reference. */
export class TypeText {
  #types;
  #addressOf;

  constructor(types, addressOf) {
    this.#types = types;
    this.#addressOf = addressOf;
  }

  /** For a block of code, where there are no links. */
  plain(node) {
    return this.#written(node, asIs, asIs);
  }

  code(node) {
    return codeOf(this.#html(node), this.plain(node));
  }

  signatureCode(name, call) {
    const html = this.signature(`<b>${escaped(name)}</b>`, call, (node) => this.#html(node), escaped);
    return `<code>${html}</code>`;
  }

  titleCode(title, typeParameters) {
    const kinds = typeParameters.map((node) => this.#html(node)).join(', ');
    return `<code>${escaped(title)}${kinds === '' ? '' : `&lt;${kinds}&gt;`}</code>`;
  }

  signature(name, call, write, plain) {
    const [head, ...given] = this.parts(name, call, write, plain);
    const result = given.pop();
    return `${head}${given.join(', ')}${result}`;
  }

  /** `name<kinds>(`, each parameter, and `): type`. */
  parts(name, { typeParameters = [], parameters, type }, write, plain) {
    const kinds = typeParameters.length > 0 ? `${plain('<')}${typeParameters.map(write).join(', ')}${plain('>')}` : '';
    const given = parameters.map((parameter) => {
      const named = ts.isIdentifier(parameter.name) ? parameter.name.text.replace(/^_/, '') : 'options';
      const head = `${parameter.dotDotDotToken ? '...' : ''}${named}${parameter.questionToken ? '?' : ''}`;
      return parameter.type === undefined ? head : `${head}: ${write(parameter.type)}`;
    });
    return [`${name}${kinds}(`, ...given, `)${type === undefined ? '' : `: ${write(type)}`}`];
  }

  /** The items that a type speaks of, each once. */
  namesIn(node) {
    const found = new Set();
    const look = (child) => {
      const item = ts.isIdentifier(child) ? this.#types.itemAt(child) : undefined;
      if (item !== undefined) found.add(item);
      ts.forEachChild(child, look);
    };
    look(node);
    return found;
  }

  #html(node) {
    return this.#written(node, escaped, linked);
  }

  #written(node, plain, link) {
    const source = node.getSourceFile().text;
    let at = node.getStart();
    let text = '';
    const upTo = (end) => {
      text += plain(tidied(source.slice(at, end)));
      at = end;
    };
    const visit = (child) => {
      if (child.kind === ts.SyntaxKind.ReadonlyKeyword && ts.isTypeElement(child.parent)) {
        upTo(child.getStart());
        at = child.end + 1;
      } else if (ts.isIdentifier(child)) {
        upTo(child.getStart());
        text += this.#named(child, plain, link);
        at = child.end;
      } else ts.forEachChild(child, visit);
    };
    visit(node);
    upTo(node.end);
    return text.trim();
  }

  #named(identifier, plain, link) {
    const item = this.#types.itemAt(identifier);
    if (item !== undefined) return link(item.name, this.#addressOf(item));
    const { parent } = identifier;
    const alias = ts.isTypeReferenceNode(parent) ? this.#types.hiddenAlias(identifier) : undefined;
    if (alias === undefined) return plain(identifier.text.replace(/\$\d+$/, ''));
    const text = this.#written(alias.type, plain, link);
    const isPart = ts.isArrayTypeNode(parent.parent) || ts.isIntersectionTypeNode(parent.parent);
    return isPart && ts.isUnionTypeNode(alias.type) ? `(${text})` : text;
  }

  /** The type that a name is declared to be, where it stands for one of the same name that is not public. */
  behindName(name, node) {
    const isSame = ts.isTypeReferenceNode(node) && this.#types.itemAt(node.typeName)?.name === name;
    return isSame ? this.#types.behind(node.typeName).declarations.find(ts.isTypeAliasDeclaration).type : node;
  }
}
