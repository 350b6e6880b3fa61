/** The variables of a process, or those that something is to see. */
export type Environment = { readonly [name: string]: string | undefined };
