// What can be typed after `mlops`: read from the commands themselves, so that completions cannot drift from them.

export interface Flag {
  /** `--jobs`; `-j` beside it where there is one. */
  readonly names: readonly string[];
  readonly about: string;
  readonly takesValue: boolean;
}

export interface Word {
  readonly name: string;
  readonly about: string;
  readonly flags: readonly Flag[];
  /** Its arguments are stages, or paths as anywhere. */
  readonly takesStages: boolean;
  /** What its argument can be, where that is a list. */
  readonly choices: readonly string[];
  readonly subcommands: readonly Word[];
}
