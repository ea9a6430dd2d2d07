/** Everything public that takes an object of options, or of parameters, refuses a name that it does not know. */

import ts from 'typescript';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { root } from '../../scripts/browser.js';
import * as blockspin from '../../src/all.js';
import * as node from '../../src/node.js';
import * as viz from '../../src/viz/index.js';
import { exportsOf, packageProgram } from './compiler.js';

const test = suite('guards/options');

/** A function with an argument that is an object of options. */
interface Taker {
  /** The way to it: names of an export and of members, `new` for a constructor. */
  path: string[];
  place: number;
}

/** What holds words of its own, or is read and not written by hand. */
const NOT_OPTIONS = new Set([
  'BlockingRule',
  'ByteSource',
  'CanonicalSeries',
  'Chain',
  'ChainSnapshot',
  'CoarseSpin',
  'CubicLattice',
  'FunctionSpin',
  'Graph',
  'InputSpin',
  'OpenSquareLattice',
  'SquareLattice',
  'TriangularLattice',
  'ClusterSeries',
  'DecimationLevel',
  'FlowEquation',
  'Sampler',
  'Recursion',
  'Estimate',
  'FloatMatrix',
  'Mean',
  'JointModel',
  'FunctionOperator',
  'LayerOperator',
  'MappingReport',
  'Matrix',
  'NpyArray',
  'Provenance',
  'SamplerState',
  'SpinSource',
  'StackState',
  'TensorNetwork',
  'TrainingState',
  'VariationalResult',
]);

function takersOf(entry: string): Taker[] {
  const program = packageProgram();
  const checker = program.getTypeChecker();
  const takers: Taker[] = [];

  const visitFunction = (path: string[], declaration: ts.SignatureDeclaration): void => {
    declaration.parameters.forEach((parameter, place) => {
      if (isOptions(checker, parameter)) takers.push({ path, place });
    });
  };
  const visitClass = (path: string[], declaration: ts.ClassDeclaration): void => {
    for (const member of declaration.members) {
      const flags = ts.getCombinedModifierFlags(member);
      if (flags & (ts.ModifierFlags.Private | ts.ModifierFlags.Protected)) continue;
      if (ts.isConstructorDeclaration(member)) visitFunction([...path, 'new'], member);
      if (ts.isMethodDeclaration(member) && ts.isIdentifier(member.name)) {
        const holder = flags & ts.ModifierFlags.Static ? [] : ['prototype'];
        visitFunction([...path, ...holder, member.name.text], member);
      }
    }
    for (const { token, types } of declaration.heritageClauses ?? []) {
      if (token !== ts.SyntaxKind.ExtendsKeyword) continue;
      const base = checker.getTypeAtLocation(types[0]).symbol?.declarations?.find(ts.isClassDeclaration);
      if (base && !base.getSourceFile().isDeclarationFile) visitClass(path, base);
    }
  };

  for (const symbol of exportsOf(program, entry)) {
    const real = symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
    for (const declaration of real.declarations ?? []) {
      if (ts.isFunctionDeclaration(declaration)) visitFunction([symbol.name], declaration);
      if (ts.isClassDeclaration(declaration)) visitClass([symbol.name], declaration);
    }
  }
  return takers;
}

/** Whether this is an object with names of this package, such as one writes by hand. */
function isOptions(checker: ts.TypeChecker, parameter: ts.ParameterDeclaration): boolean {
  const whole = checker.getNonNullableType(checker.getTypeAtLocation(parameter));
  const objects = (whole.isUnion() ? whole.types : [whole]).filter((type) => type.flags & ts.TypeFlags.Object);
  const parts = whole.isIntersection() ? whole.types : objects;
  const isClass = (type: ts.Type) => ((type.symbol?.flags ?? 0) & ts.SymbolFlags.Class) !== 0;
  if (whole.isIntersection() && parts.some(isClass)) return false;
  return parts.some((type) => {
    const name = type.aliasSymbol?.name ?? type.symbol?.name ?? '';
    const declared = checker.getPropertiesOfType(type)[0]?.declarations?.[0].getSourceFile().fileName;
    return (
      declared?.startsWith(`${root}src/`) &&
      !NOT_OPTIONS.has(name) &&
      type.getCallSignatures().length === 0 &&
      !isClass(type)
    );
  });
}

/** What comes of an unknown option: the message of the error. */
async function messageOf(exports: object, { path, place }: Taker): Promise<string> {
  let holder: unknown;
  let called: unknown = exports;
  for (const name of path.filter((step) => step !== 'new')) {
    holder = called;
    called = (called as Record<string, unknown>)[name];
  }
  const args: unknown[] = [];
  args[place] = { notAnOption: 5 };
  try {
    if (path.includes('new')) Reflect.construct(called as never, args);
    else await Reflect.apply(called as never, holder, args);
  } catch (error) {
    return (error as Error).message;
  }
  return 'accepted';
}

for (const [name, exports, atLeast] of [
  ['all', blockspin, 100],
  ['node', node, 4],
  ['viz/index', viz, 2],
] as const) {
  test(`of src/${name}.ts`, async () => {
    const takers = takersOf(`${root}src/${name}.ts`).filter(({ path }) => path[0] in exports);
    assert.ok(takers.length >= atLeast, `${takers.length} found`);
    const wrong: string[] = [];
    for (const taker of takers) {
      const message = await messageOf(exports, taker);
      if (!message.startsWith('"notAnOption" expected an option of ')) {
        wrong.push(`${taker.path.join('.')} #${taker.place}: ${message}`);
      }
    }
    assert.is(wrong.join('\n'), '');
  });
}

test.run();
