import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';

const options = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.ESNext,
  moduleResolution: ts.ModuleResolutionKind.Bundler,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

/** All that the package exports, as its built declarations say it: each name once, where it is exported first. */
export class PublicTypes {
  /** By entry, in the order of the alphabet: the items that it exports, its own and those of others. */
  entries = new Map();
  /** By the symbol that stands behind a name: `{ name, symbol, entry, isTypeOnly }`. */
  #items = new Map();

  constructor(root) {
    const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
    const files = Object.entries(exports)
      .filter(([, file]) => file.endsWith('.js'))
      .map(([path, file]) => [path.replace(/^\./, 'tiersync'), join(root, file.replace(/\.js$/, '.d.ts'))]);
    this.program = ts.createProgram(
      files.map(([, file]) => file),
      options,
    );
    this.checker = this.program.getTypeChecker();
    for (const [entry, file] of files) this.entries.set(entry, this.#exportsOf(entry, file));
    for (const item of [...this.#items.values()]) this.#takeOtherName(item);
  }

  /** The item that a name in the text of a type leads to; undefined: it is not of this package, or not public. */
  itemAt(identifier) {
    return this.#items.get(this.behind(identifier));
  }

  /** The symbol that a name leads to, wherever it was imported from. */
  behind(identifier) {
    return this.#resolved(this.checker.getSymbolAtLocation(identifier));
  }

  /** The declaration of a name that is not public, if it is an alias that its meaning can stand for. */
  hiddenAlias(identifier) {
    const [declaration] = this.behind(identifier)?.declarations ?? [];
    const isOurs = declaration !== undefined && !declaration.getSourceFile().fileName.includes('/node_modules/');
    return isOurs && ts.isTypeAliasDeclaration(declaration) && !declaration.typeParameters ? declaration : undefined;
  }

  textOf(symbol) {
    return ts.displayPartsToString(symbol.getDocumentationComment(this.checker)).trim();
  }

  #resolved(symbol) {
    const isAlias = symbol !== undefined && (symbol.flags & ts.SymbolFlags.Alias) !== 0;
    return isAlias ? this.checker.getAliasedSymbol(symbol) : symbol;
  }

  #exportsOf(entry, file) {
    const source = this.program.getSourceFile(file);
    if (source === undefined) throw new Error(`${file} is not there: npm run build comes first`);
    const exported = this.checker.getExportsOfModule(this.checker.getSymbolAtLocation(source));
    const items = exported.map((alias) => {
      const symbol = this.#resolved(alias);
      const isTypeOnly = alias.declarations?.some((one) => ts.isExportSpecifier(one) && one.isTypeOnly) ?? false;
      if (!this.#items.has(symbol)) this.#items.set(symbol, { name: alias.name, symbol, entry, isTypeOnly });
      return this.#items.get(symbol);
    });
    return items.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** What is only another name for something that is not public stands for that too. */
  #takeOtherName(item) {
    for (const { type } of item.symbol.declarations.filter(ts.isTypeAliasDeclaration)) {
      const other = ts.isTypeReferenceNode(type) && !type.typeArguments ? this.behind(type.typeName) : undefined;
      if (other !== undefined && !this.#items.has(other)) this.#items.set(other, item);
    }
  }
}
