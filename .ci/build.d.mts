/** Bundles programs, by name, into a folder below the repository. */
export function bundle(folder: string, entryPoints?: Readonly<Record<string, string>>): Promise<void>;
