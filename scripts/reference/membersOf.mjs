import ts from 'typescript';

const has = (declaration, flag) => (ts.getCombinedModifierFlags(declaration) & flag) !== 0;

const isShown = (declaration) =>
  !(declaration.name && ts.isPrivateIdentifier(declaration.name)) &&
  !has(declaration, ts.ModifierFlags.Private) &&
  // What is protected concerns those who extend a class, and so one that is made for it.
  (!has(declaration, ts.ModifierFlags.Protected) || has(declaration.parent, ts.ModifierFlags.Abstract)) &&
  !declaration.getSourceFile().fileName.includes('/node_modules/') &&
  !ts.getJSDocTags(declaration).some(({ tagName }) => tagName.text === 'internal');

const declarationsOf = (symbol) =>
  (symbol?.declarations ?? []).filter((one) => ts.isClassDeclaration(one) || ts.isInterfaceDeclaration(one));

/** What `extends` and `implements` lead to, and has a place of its own in the reference; through what has none. */
function parentsOf(symbol, types) {
  const clauses = declarationsOf(symbol).flatMap(({ heritageClauses = [] }) => [...heritageClauses]);
  return clauses
    .flatMap((clause) => [...clause.types])
    .flatMap((type) => {
      const item = types.itemAt(type.expression);
      return item === undefined ? parentsOf(types.behind(type.expression), types) : [{ type, item }];
    });
}

/**
 * What a class or an interface has of its own: what comes from a public name is said there. Members of parents that are
 * not public count as its own, for there is no other place for them.
 */
export function membersOf({ symbol, isTypeOnly }, types) {
  const typeOf = (one) => types.checker.getDeclaredTypeOfSymbol(one);
  const parents = parentsOf(symbol, types);
  const saidThere = new Set(
    parents.flatMap(({ item }) =>
      typeOf(item.symbol)
        .getProperties()
        .map(({ name }) => name),
    ),
  );
  const declarations = declarationsOf(symbol);
  const isClass = declarations.some(ts.isClassDeclaration) && !isTypeOnly;
  const statics = isClass ? [...symbol.exports.values()].filter(({ name }) => name !== 'prototype') : [];
  const own = typeOf(symbol)
    .getProperties()
    .filter(({ name }) => !saidThere.has(name));
  const made = isClass ? (symbol.members.get('__constructor')?.declarations ?? []) : [];
  return {
    parents,
    constructors: made.filter(isShown),
    members: [...statics, ...own].filter(({ declarations: [one] = [] }) => one !== undefined && isShown(one)),
    others: declarations.flatMap(({ members }) => members.filter(ts.isIndexSignatureDeclaration)),
    isStatic: (member) => statics.includes(member),
  };
}

/** The ways in which a member can be called; none: it is a value. */
export const callsOf = ({ declarations }) =>
  declarations.filter((one) => ts.isMethodDeclaration(one) || ts.isMethodSignature(one));
