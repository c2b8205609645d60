import ts from 'typescript';

const width = 100;
const onLines = (before, parts, after = '') => `${before}${parts.map((part) => `\n  ${part}`).join('')}${after}`;

/** `head` and a type; what does not fit into a line stands on several, where the type has parts that can be told apart. */
function withType(head, node, write) {
  const line = `${head} ${write(node)}`;
  if (line.length <= width) return line;
  if (ts.isUnionTypeNode(node))
    return onLines(
      head,
      node.types.map((part) => `| ${write(part)}`),
    );
  if (ts.isIntersectionTypeNode(node))
    return onLines(
      head,
      node.types.map((part) => `& ${write(part)}`),
    );
  if (ts.isConditionalTypeNode(node)) {
    const { checkType, extendsType, trueType, falseType } = node;
    const condition = `${head} ${write(checkType)} extends ${write(extendsType)}`;
    return onLines(condition, [`? ${write(trueType)}`, `: ${write(falseType)}`]);
  }
  const list = ts.isTypeOperatorNode(node) ? node.type : node;
  if (!ts.isTupleTypeNode(list)) return line;
  return onLines(
    `${head} ${list === node ? '' : 'readonly '}[`,
    list.elements.map((part) => `${write(part)},`),
    '\n]',
  );
}

/** A function, a type or a constant as it is declared, for a block of code. */
export function declared(name, declaration, text) {
  const write = (node) => text.plain(node);
  if (ts.isFunctionDeclaration(declaration)) {
    const line = text.signature(`function ${name}`, declaration, write, String);
    if (line.length <= width) return line;
    const [head, ...given] = text.parts(`function ${name}`, declaration, write, String);
    const result = given.pop();
    return onLines(
      head,
      given.map((one) => `${one},`),
      `\n${result}`,
    );
  }
  if (ts.isVariableDeclaration(declaration)) return withType(`const ${name}:`, declaration.type, write);
  const kinds = declaration.typeParameters ? `<${declaration.typeParameters.map(write).join(', ')}>` : '';
  return withType(`type ${name}${kinds} =`, text.behindName(name, declaration.type), write);
}
