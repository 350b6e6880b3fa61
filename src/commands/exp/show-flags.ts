/** As commander gives them. */
export interface ShowFlags {
  readonly allBaselines?: true;
  readonly num?: string;
  readonly tags?: true;
  readonly sort?: string;
  readonly desc?: true;
  readonly asc?: true;
  readonly where?: string;
  readonly columns?: string;
  readonly drop?: string;
  readonly keep?: string;
  readonly allColumns?: true;
  readonly precision?: string;
  readonly sha?: true;
  readonly hideWorkspace?: true;
  readonly hideFailed?: true;
  readonly hideQueued?: true;
  readonly json?: true;
  readonly csv?: true;
  readonly md?: true;
  readonly html?: string | true;
  readonly open?: true;
}
