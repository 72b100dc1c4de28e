// A reader's copy of the collections that are small or seldom change, brought up to date by each answer.

import { PairTable, Table, createModels, type Json, type MarketModels, type Retention } from '@tokenbourse/projections';
import { GROUPS, type GroupName } from './layout';

/** What the script says of a group: all of it, collection by collection, or what changed. */
export type GroupReply = readonly [whole: number, changed: readonly string[] | readonly (readonly string[])[]];

type AnyTable = Table<string | number, unknown> | PairTable<unknown>;

export class Replica {
  models!: MarketModels;
  private tables!: Map<string, AnyTable>;
  private versions!: Map<GroupName, number>;
  generation = '';
  /** The last position whose answer was taken in. */
  sequence = -1;

  constructor(private readonly retention: Retention) {
    this.reset('');
  }

  /** Arguments for the script: each group with what is known of it. */
  known(groups: Iterable<GroupName>): (string | number)[] {
    const args: (string | number)[] = [];
    for (const group of groups) {
      args.push(group, this.versions.get(group) ?? -1, GROUPS[group].length, ...GROUPS[group]);
    }
    return args;
  }

  /** Takes in what the script said of `groups`. */
  take(generation: string, sequence: number, groups: readonly GroupName[], replies: readonly GroupReply[]): void {
    if (generation !== this.generation) this.reset(generation);
    this.sequence = sequence;
    groups.forEach((group, i) => this.takeGroup(group, sequence, replies[i]));
  }

  /** A document as the models hold it. */
  decode(collection: string, key: string, text: string): unknown {
    const table = this.tables.get(collection)!;
    table.write(key, JSON.parse(text) as Json);
    const value =
      table instanceof PairTable
        ? table.get(...(key.split('/').map(Number) as [number, number]))
        : table.get(Number(key));
    table.erase(key);
    return value;
  }

  /** Forgets all. */
  reset(generation: string): void {
    this.generation = generation;
    this.models = createModels(this.retention);
    this.versions = new Map();
    this.sequence = -1;
    const collections = Object.values(this.models).flatMap((model): readonly { name: string }[] => model.collections);
    const tables = collections.filter((each) => each instanceof Table || each instanceof PairTable) as AnyTable[];
    this.tables = new Map(tables.map((table) => [table.name, table]));
  }

  private takeGroup(group: GroupName, sequence: number, [whole, changed]: GroupReply): void {
    this.versions.set(group, sequence);
    if (whole === 1) this.takeWhole(group, changed as readonly (readonly string[])[]);
    else if (changed.length > 0) this.takeChanged(changed as readonly string[]);
    else return;
    if (group !== 'reference') return;
    this.models.contracts.loaded();
    this.models.directory.loaded();
  }

  private takeWhole(group: GroupName, contents: readonly (readonly string[])[]): void {
    GROUPS[group].forEach((name, i) => {
      const table = this.tables.get(name)!;
      for (const [key] of [...table.entries()]) table.erase(key);
      for (let at = 0; at < contents[i].length; at += 2) {
        table.write(contents[i][at], JSON.parse(contents[i][at + 1]) as Json);
      }
      table.loaded();
    });
  }

  private takeChanged(changed: readonly string[]): void {
    const unordered = new Set<AnyTable>();
    for (let at = 0; at < changed.length; at += 3) {
      const [name, key, text] = [changed[at], changed[at + 1], changed[at + 2]];
      const table = this.tables.get(name)!;
      if (text === '') table.erase(key);
      else {
        if (table.read(key) === undefined) unordered.add(table);
        table.write(key, JSON.parse(text) as Json);
      }
    }
    for (const table of unordered) table.loaded();
  }
}
