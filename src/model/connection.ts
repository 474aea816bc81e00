/** One outgoing connection that config names, and how it is protected. */
export interface Connection {
  /** Where config has it: `nas nas01`, `pushgateway`. */
  readonly where: string;
  /** What protects it, when nothing weakens it. */
  readonly guard: string;
  /** What config has made weaker than the default. */
  readonly weaknesses: readonly string[];
}
