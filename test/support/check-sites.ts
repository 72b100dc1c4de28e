// Where a checker checks: every call in its sources that can report something, with the sentence that it would report. A
// test that plants faults shows with it that no sentence is left which nothing has ever brought up.

import { readFileSync } from 'node:fs';
import path from 'node:path';

import * as ts from 'typescript';

export interface CheckSite {
  /** `libs/audit/src/trades.ts:33` */
  readonly at: string;
  /** Its sentence; what is filled in may be anything. */
  readonly sentence: RegExp;
}

/** Calls of `name` in which the argument at `place` is the sentence. */
export type Reporter = readonly [name: string, place: number];

const ROOT = path.resolve(__dirname, '../..');

export function checkSites(file: string, reporters: readonly Reporter[]): CheckSite[] {
  const source = readFileSync(path.join(ROOT, file), 'utf8');
  const tree = ts.createSourceFile(file, source, ts.ScriptTarget.ES2022, true);
  const sites: CheckSite[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node)) {
      const called = ts.isPropertyAccessExpression(node.expression)
        ? node.expression.name.text
        : node.expression.getText(tree);
      for (const [name, place] of reporters) {
        const argument = called === name ? node.arguments[place] : undefined;
        const sentence = argument === undefined ? undefined : sentenceOf(argument);
        if (sentence === undefined) continue;
        const line = tree.getLineAndCharacterOfPosition(node.getStart(tree)).line + 1;
        sites.push({ at: `${file}:${line}`, sentence });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return sites;
}

/** A literal, a template, or a function that gives one of them. Undefined where a variable stands. */
function sentenceOf(node: ts.Expression): RegExp | undefined {
  if (ts.isArrowFunction(node) && ts.isExpression(node.body)) return sentenceOf(node.body);
  if (ts.isStringLiteralLike(node)) return new RegExp(escaped(node.text));
  if (!ts.isTemplateExpression(node)) return undefined;
  const parts = [node.head.text, ...node.templateSpans.map(({ literal }) => literal.text)];
  return parts.every((part) => part.trim() === '') ? undefined : new RegExp(parts.map(escaped).join('.*'));
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** The sites whose sentence is among none of those that were reported. */
export function silentSites(sites: readonly CheckSite[], reported: Iterable<string>): string[] {
  const all = [...new Set(reported)];
  return sites.filter(({ sentence }) => !all.some((what) => sentence.test(what))).map(({ at }) => at);
}
