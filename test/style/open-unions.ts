import ts from 'typescript';

/** A place where a new variant of a union would be passed over in silence. */
interface OpenUnion {
  readonly file: string;
  readonly line: number;
  readonly text: string;
}

/** So many comparisons of one discriminant in a row are a chain, and not a question. */
const chainLengthMin = 3;

/**
 * Finds every switch over a union of literals, and every chain of ifs over one discriminant, that
 * does not end in `unreachable`. Where it does, a new variant breaks the build.
 */
export function findOpenUnions(program: ts.Program, isOurs: (file: string) => boolean) {
  const checker = program.getTypeChecker();
  const found: OpenUnion[] = [];
  for (const source of program.getSourceFiles()) {
    if (source.isDeclarationFile || !isOurs(source.fileName)) continue;
    const report = (node: ts.Node, text: string) => {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      found.push({ file: source.fileName, line: line + 1, text });
    };
    const visit = (node: ts.Node): void => {
      if (isOpenSwitch(checker, node)) report(node, `switch (${node.expression.getText(source)})`);
      for (const [first, ...rest] of chainsIn(checker, node)) {
        if (!first || !isUnion(checker, first.subject)) continue;
        const subject = first.subject.getText(source);
        report(first.statement, `${rest.length + 1} ifs over ${subject}`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
  }
  return found;
}

function isOpenSwitch(checker: ts.TypeChecker, node: ts.Node): node is ts.SwitchStatement {
  if (!ts.isSwitchStatement(node) || !isUnion(checker, node.expression)) return false;
  return !endsInUnreachable(checker, node);
}

function isUnion(checker: ts.TypeChecker, expression: ts.Expression): boolean {
  const type = checker.getTypeAtLocation(expression);
  if (!type.isUnion() || (type.flags & ts.TypeFlags.Boolean) !== 0) return false;
  return type.types.length > 1 && type.types.every((part) => part.isLiteral());
}

function endsInUnreachable(checker: ts.TypeChecker, { caseBlock }: ts.SwitchStatement): boolean {
  const last = caseBlock.clauses.at(-1);
  if (last === undefined || !ts.isDefaultClause(last)) return false;
  return last.statements.some((statement) => takesNever(checker, statement));
}

/** True where a call is given a value of which no variant is left: `unreachable(value)`. */
function takesNever(checker: ts.TypeChecker, node: ts.Node): boolean {
  if (ts.isCallExpression(node)) {
    const isNever = (argument: ts.Expression) =>
      (checker.getTypeAtLocation(argument).flags & ts.TypeFlags.Never) !== 0;
    if (node.arguments.some(isNever)) return true;
  }
  return ts.forEachChild(node, (child) => takesNever(checker, child) || undefined) ?? false;
}

interface Comparison {
  readonly statement: ts.IfStatement;
  /** What is compared: `message.type`. */
  readonly subject: ts.Expression;
}

/** Chains of ifs that begin in `node`: else-ifs, or ifs one after the other in a block. */
function chainsIn(checker: ts.TypeChecker, node: ts.Node): Comparison[][] {
  if (ts.isBlock(node) || ts.isSourceFile(node)) return chainsOf(checker, [...node.statements]);
  if (ts.isIfStatement(node) && !isElse(node)) return chainsOf(checker, elseIfsOf(node));
  return [];
}

function isElse(node: ts.IfStatement): boolean {
  return ts.isIfStatement(node.parent) && node.parent.elseStatement === node;
}

function elseIfsOf(first: ts.IfStatement): ts.Statement[] {
  const all: ts.Statement[] = [];
  for (let next: ts.Statement | undefined = first; next; ) {
    all.push(next);
    next = ts.isIfStatement(next) ? next.elseStatement : undefined;
  }
  return all;
}

function chainsOf(checker: ts.TypeChecker, statements: readonly ts.Statement[]): Comparison[][] {
  const chains = new Map<string, Comparison[]>();
  for (const statement of statements) {
    const subject = ts.isIfStatement(statement) ? discriminantIn(statement.expression) : null;
    if (!subject || !ts.isIfStatement(statement)) continue;
    const text = subject.getText();
    const chain = chains.get(text) ?? [];
    chain.push({ statement, subject });
    chains.set(text, chain);
  }
  if (
    statements.some((statement) => !ts.isIfStatement(statement) && takesNever(checker, statement))
  ) {
    return [];
  }
  return [...chains.values()].filter((chain) => chain.length >= chainLengthMin);
}

/** `subject` of `subject === 'literal'`, also where more is asked beside it. */
function discriminantIn(condition: ts.Expression): ts.Expression | null {
  if (!ts.isBinaryExpression(condition)) return null;
  const { left, right, operatorToken } = condition;
  if (operatorToken.kind === ts.SyntaxKind.AmpersandAmpersandToken) return discriminantIn(left);
  if (operatorToken.kind !== ts.SyntaxKind.EqualsEqualsEqualsToken) return null;
  return ts.isStringLiteral(right) ? left : null;
}
