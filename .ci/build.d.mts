/** By name: what starts as a process or a thread of its own, below the repository. */
export const programs: Readonly<Record<string, string>>;

/** Bundles programs, by name, into a folder below the repository. */
export function bundle(folder: string, entryPoints?: Readonly<Record<string, string>>): Promise<void>;
