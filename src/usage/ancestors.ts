import { parentOf } from '../util/names.ts';

/** Every dataset above, nearest first, the pool's root last. */
export function ancestorsOf(dataset: string): string[] {
  const above: string[] = [];
  for (let name = parentOf(dataset); name !== undefined; name = parentOf(name)) above.push(name);
  return above;
}
