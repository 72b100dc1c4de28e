// The table of live contracts: what it finds, and that it holds no more than what is live.

import { Contract, ContractTable, DeliveryWindow } from './contract';

const window = new DeliveryWindow(1, 1, { startUs: 0, lengthUs: 1, opensAtUs: 0, gateClosesAtUs: 0, settlesAtUs: 1 });

function tableOf(...numbers: number[]): ContractTable {
  const table = new ContractTable();
  for (const number of numbers) table.add(new Contract(number, 1, window));
  return table;
}

const numbers = (table: ContractTable): number[] => [...table].map(({ number }) => number);

describe('the table of live contracts', () => {
  test('may begin with any number, as when a state is read back', () => {
    const table = tableOf(500, 501, 503);
    expect(numbers(table)).toEqual([500, 501, 503]);
    expect([1, 499, 500, 502, 503, 504].map((number) => table.get(number)?.number)).toEqual([
      undefined,
      undefined,
      500,
      undefined,
      503,
      undefined,
    ]);
    expect(table['live'].length).toBe(4);
  });

  test('holds the places from the oldest live contract to the newest alone', () => {
    const table = tableOf(1, 2, 3, 4);
    table.delete(2);
    expect(numbers(table)).toEqual([1, 3, 4]);
    table.delete(1);
    expect([numbers(table), table['live'].length]).toEqual([[3, 4], 2]);
    expect(table.get(4)?.number).toBe(4);
    table.delete(3);
    table.delete(4);
    expect([numbers(table), table['live'].length]).toEqual([[], 0]);
    table.add(new Contract(9, 1, window));
    expect([numbers(table), table['live'].length]).toEqual([[9], 1]);
  });
});
