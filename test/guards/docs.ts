/** Docs at the declarations of public names: which are missing, which do not say that a function throws, examples. */

import ts from 'typescript';
import { exportsOf } from './compiler.js';

/** What a doc lacks. */
export interface Lack {
  /** Folder of src in which the name is declared, or the file in src itself. */
  room: string;
  /** The public name; `new Name` for a constructor, `Name.method` for a method. */
  name: string;
  lacks: 'doc' | '@throws' | '@example';
}

/** The code of an `@example`. */
export interface Example {
  /** As of `Lack`. */
  room: string;
  name: string;
  code: string;
}

/** What can throw: a class without a constructor throws as its fields and its base class do. */
type Body = ts.FunctionLikeDeclaration | ts.ClassDeclaration;

/**
 * What the docs of the names that the entry files export lack, each declaration once. A name and a public method need a
 * doc with a sentence, not only tags; a function, method, constructor or accessor that can throw needs `@throws` (of a
 * constructor also in the doc of its class); a function or class of the first entry needs `@example`.
 * @param program of the entries; root: folder of the repository, with a slash at its end
 */
export function checkDocs(
  program: ts.Program,
  root: string,
  entries: readonly string[],
): { lacks: Lack[]; examples: Example[] } {
  const checker = program.getTypeChecker();
  const source = `${root}src/`;
  const throwing = new Throwing(checker, source);
  const lacks: Lack[] = [];
  const examples: Example[] = [];
  const seen = new Set<ts.Node>();

  const roomOf = (declaration: ts.Node) => declaration.getSourceFile().fileName.slice(source.length).split('/')[0];
  const report = (declaration: ts.Node, name: string, what: Lack['lacks']): void => {
    lacks.push({ room: roomOf(declaration), name, lacks: what });
  };
  const visitMembers = (name: string, declaration: ts.ClassDeclaration): void => {
    for (const member of declaration.members) {
      const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
      if (ts.getCombinedModifierFlags(member) & hidden || seen.has(member)) continue;
      if (member.name && ts.isPrivateIdentifier(member.name)) continue;
      seen.add(member);
      if (ts.isMethodDeclaration(member) || ts.isAccessor(member)) {
        const own = `${name}.${member.name.getText()}`;
        if (ts.isMethodDeclaration(member) && !hasSentence(member)) report(member, own, 'doc');
        if (throwing.canThrow(member) && !hasTag(member, 'throws')) report(member, own, '@throws');
      }
    }
    const base = throwing.baseOf(declaration);
    if (base) visitMembers(name, base);
  };

  const visitClass = (name: string, declaration: ts.ClassDeclaration): void => {
    let documented = false;
    for (let at: ts.ClassDeclaration | undefined = declaration; at; at = throwing.baseOf(at)) {
      const constructors = at.members.filter(ts.isConstructorDeclaration);
      documented ||= [at, ...constructors].some((each) => hasTag(each, 'throws'));
    }
    if (throwing.canThrow(constructorOf(declaration)) && !documented) report(declaration, `new ${name}`, '@throws');
    visitMembers(name, declaration);
  };

  for (const [k, entry] of entries.entries()) {
    for (const { name, ...symbol } of exportsOf(program, entry).map((each) => real(checker, each))) {
      const declarations = symbol.declarations.filter((each) => throwing.isOwn(each) && !seen.has(each));
      if (declarations.length === 0) continue;
      for (const declaration of declarations) seen.add(declaration);
      if (!declarations.some(hasSentence)) report(declarations[0], name, 'doc');
      const isValue = declarations.some((each) => ts.isClassDeclaration(each) || functionOf(each));
      if (k === 0 && isValue && !declarations.some((each) => hasTag(each, 'example'))) {
        report(declarations[0], name, '@example');
      }
      for (const declaration of declarations) {
        for (const code of examplesOf(declaration)) examples.push({ room: roomOf(declaration), name, code });
        if (ts.isClassDeclaration(declaration)) visitClass(name, declaration);
        const body = functionOf(declaration);
        if (body?.body && throwing.canThrow(body) && !declarations.some((each) => hasTag(each, 'throws'))) {
          report(declaration, name, '@throws');
        }
      }
    }
  }
  return { lacks, examples };
}

/** The name of an export, and the declarations of what it is in the end. */
function real(checker: ts.TypeChecker, symbol: ts.Symbol): { name: string; declarations: readonly ts.Node[] } {
  const { declarations = [] } = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  return { name: symbol.name, declarations };
}

/** The function that a declaration is, or whose name it is. */
function functionOf(
  declaration: ts.Node,
): ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression | undefined {
  const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
  return value && isFunction(value) ? value : undefined;
}

function isFunction(node: ts.Node): node is ts.FunctionDeclaration | ts.ArrowFunction | ts.FunctionExpression {
  return ts.isFunctionDeclaration(node) || ts.isArrowFunction(node) || ts.isFunctionExpression(node);
}

/** The doc comments of a declaration; of a variable those of its statement. */
function docsOf(declaration: ts.Node): readonly ts.JSDoc[] {
  return ts.getJSDocCommentsAndTags(declaration).filter(ts.isJSDoc);
}

function hasSentence(declaration: ts.Node): boolean {
  return docsOf(declaration).some(({ comment }) => (ts.getTextOfJSDocComment(comment) ?? '') !== '');
}

function tagsOf(declaration: ts.Node, name: string): ts.JSDocTag[] {
  return docsOf(declaration).flatMap(({ tags }) => (tags ?? []).filter(({ tagName }) => tagName.text === name));
}

/** Whether the doc has this tag, with a text. */
function hasTag(declaration: ts.Node, name: string): boolean {
  return tagsOf(declaration, name).some(({ comment }) => (ts.getTextOfJSDocComment(comment) ?? '') !== '');
}

/** The code of each `@example`, without the asterisks of the comment. */
function examplesOf(declaration: ts.Node): string[] {
  return tagsOf(declaration, 'example').map((tag) => ts.getTextOfJSDocComment(tag.comment) ?? '');
}

/** Which functions can throw: by a `throw` of their own, or of a function of this package that they call, by syntax. */
class Throwing {
  readonly #answers = new Map<Body, boolean>();

  constructor(
    readonly checker: ts.TypeChecker,
    readonly source: string,
  ) {}

  canThrow(start: Body): boolean {
    const known = this.#answers.get(start);
    if (known !== undefined) return known;
    const seen = new Set<Body>([start]);
    for (const body of seen) {
      if (this.#answers.get(body) || this.#throwsItself(body)) {
        this.#answers.set(start, true);
        return true;
      }
      for (const called of this.#calls(body)) if (this.#answers.get(called) !== false) seen.add(called);
    }
    for (const body of seen) this.#answers.set(body, false);
    return false;
  }

  /** Whether this is code of the package. */
  isOwn(node: ts.Node): boolean {
    return node.getSourceFile().fileName.startsWith(this.source);
  }

  /** The base class, if it is one of the package. */
  baseOf(declaration: ts.ClassDeclaration): ts.ClassDeclaration | undefined {
    const heritage = declaration.heritageClauses?.find(({ token }) => token === ts.SyntaxKind.ExtendsKeyword);
    const base = heritage && this.declarationOf(heritage.types[0].expression);
    return base && ts.isClassDeclaration(base) && this.isOwn(base) ? base : undefined;
  }

  #throwsItself(body: Body): boolean {
    // a method of an interface has no body: its doc decides
    if (!ts.isClassDeclaration(body) && !body.body) return hasTag(body, 'throws');
    let found = false;
    this.#walk(body, (node) => {
      if (ts.isThrowStatement(node)) found = true;
    });
    return found;
  }

  /** The functions of this package that are called, or passed as arguments, as in `rows.map(check)`. */
  #calls(body: Body): Set<Body> {
    const calls = new Set<Body>();
    const add = (declaration: ts.Node | undefined): void => {
      if (!declaration || !this.isOwn(declaration)) return;
      const value = ts.isVariableDeclaration(declaration) ? declaration.initializer : declaration;
      if (!value) return;
      if (ts.isClassDeclaration(value)) calls.add(constructorOf(value));
      else if (ts.isFunctionLike(value)) calls.add(value as Body);
    };
    this.#walk(body, (node) => {
      if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
        const { declaration } = this.checker.getResolvedSignature(node) ?? {};
        if (declaration) add(declaration);
        else if (ts.isNewExpression(node)) add(this.declarationOf(node.expression));
        for (const argument of node.arguments ?? []) {
          if (ts.isIdentifier(argument)) {
            const given = this.declarationOf(argument);
            if (given && (ts.isFunctionDeclaration(given) || ts.isVariableDeclaration(given))) add(given);
          }
        }
      } else if (ts.isPropertyAccessExpression(node)) {
        const accessor = this.declarationOf(node.name);
        if (accessor && ts.isGetAccessor(accessor)) add(accessor);
      }
    });
    if (ts.isClassDeclaration(body)) {
      const base = this.baseOf(body);
      if (base) add(base);
    }
    return calls;
  }

  /** The declaration that a name or a member refers to. */
  declarationOf(node: ts.Node): ts.Node | undefined {
    const symbol = this.checker.getSymbolAtLocation(node);
    const real = symbol && symbol.flags & ts.SymbolFlags.Alias ? this.checker.getAliasedSymbol(symbol) : symbol;
    return real?.valueDeclaration ?? real?.declarations?.[0];
  }

  /**
   * Every node that runs with the body: for a constructor also the fields, for a `try` with a `catch` only the latter.
   */
  #walk(body: Body, visit: (node: ts.Node) => void): void {
    const down = (node: ts.Node): void => {
      if (ts.isTypeNode(node)) return;
      visit(node);
      if (ts.isTryStatement(node) && node.catchClause) {
        down(node.catchClause);
        if (node.finallyBlock) down(node.finallyBlock);
        return;
      }
      ts.forEachChild(node, down);
    };
    if (!ts.isClassDeclaration(body)) ts.forEachChild(body, down);
    const owner = ts.isClassDeclaration(body) ? body : ts.isConstructorDeclaration(body) ? body.parent : undefined;
    for (const member of owner?.members ?? []) {
      const isStatic = ts.getCombinedModifierFlags(member) & ts.ModifierFlags.Static;
      if (ts.isPropertyDeclaration(member) && !isStatic && member.initializer) {
        if (!isFunction(member.initializer)) down(member.initializer);
      }
    }
  }
}

/** The code that runs at `new`. */
function constructorOf(declaration: ts.ClassDeclaration): Body {
  return (declaration.members.find((each) => ts.isConstructorDeclaration(each) && each.body) as Body) ?? declaration;
}
