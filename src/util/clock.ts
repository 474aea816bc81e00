/** The machine's own clock, for where nobody hands one in. */
export const systemClock = (): Date => new Date();
