/** A zvol as extents and namespaces name it: spaces are written `+`. */
export function zvolPath(dataset: string): string {
  return `zvol/${dataset.replaceAll(' ', '+')}`;
}
