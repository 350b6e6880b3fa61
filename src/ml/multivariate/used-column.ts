/** A column that can be turned into numbers, and as what. */
export interface UsedColumn {
  readonly name: string;
  readonly kind: 'numeric' | 'categorical';
}
