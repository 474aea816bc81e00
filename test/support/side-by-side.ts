/** Does it for 1 to `count`, two at a time: for work that other processes or native threads do. */
export async function sideBySide(count: number, work: (step: number) => Promise<void>): Promise<void> {
  const queue = Array.from({ length: count }, (_, index) => index + 1).values();
  const lane = async (): Promise<void> => {
    for (const step of queue) await work(step);
  };
  await Promise.all([lane(), lane()]);
}
