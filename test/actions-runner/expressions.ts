// `${{ }}` and `if:`, by GitHub's own evaluator, over contexts that are plain JSON.
import { data, Evaluator, Lexer, Parser } from '@actions/expressions';
import { TokenType } from '@actions/expressions/lexer';
import { truthy } from '@actions/expressions/result';

export interface Contexts {
  readonly [name: string]: unknown;
}

/** What `success()` and its kin answer. */
export interface Status {
  readonly failed: boolean;
  readonly cancelled: boolean;
}

interface Call {
  readonly name: string;
  readonly minArgs: number;
  readonly maxArgs: number;
  readonly call: () => data.ExpressionData;
}

const STATUS = /^(success|failure|always|cancelled)$/i;
const EXPRESSION = /\$\{\{((?:[^'}]|'(?:[^']|'')*'|\}(?!\}))*)\}\}/g;
const ONE_EXPRESSION = new RegExp(`^\\s*${EXPRESSION.source}\\s*$`);

/** Text with its expressions filled in. */
export function filled(text: unknown, contexts: Contexts, status: Status): string {
  return String(text ?? '').replace(EXPRESSION, (_, expression: string) =>
    evaluate(expression, contexts, status).coerceString(),
  );
}

export function filledAll(
  values: { readonly [name: string]: unknown } | undefined,
  contexts: Contexts,
  status: Status,
): { [name: string]: string } {
  return Object.fromEntries(
    Object.entries(values ?? {}).map(([name, value]) => [name, filled(value, contexts, status)]),
  );
}

/** A value of any type, where the whole text is one expression: `fromJSON('[1, 2]')` of a matrix. */
export function filledValue(text: string, contexts: Contexts, status: Status): unknown {
  const whole = ONE_EXPRESSION.exec(text);
  if (!whole) return filled(text, contexts, status);
  return JSON.parse(JSON.stringify(evaluate(whole[1]!, contexts, status), data.replacer));
}

/** A condition without a word about the state of the job holds only while nothing failed. */
export function holds(condition: unknown, contexts: Contexts, status: Status): boolean {
  if (condition === undefined || condition === '') return !status.failed && !status.cancelled;
  const text = String(condition);
  const expression = ONE_EXPRESSION.exec(text)?.[1] ?? text;
  const tokens = new Lexer(expression).lex().tokens;
  const asks = tokens.some(({ type, lexeme }) => type === TokenType.IDENTIFIER && STATUS.test(lexeme));
  return truthy(evaluate(asks ? expression : `success() && (${expression})`, contexts, status));
}

function evaluate(expression: string, contexts: Contexts, status: Status): data.ExpressionData {
  const calls = statusCalls(status);
  const { tokens } = new Lexer(expression).lex();
  const parsed = new Parser(tokens, Object.keys(contexts), calls).parse();
  const context = JSON.parse(JSON.stringify(contexts), data.reviver) as data.Dictionary;
  return new Evaluator(parsed, context, new Map(calls.map((call) => [call.name, call]))).evaluate();
}

function statusCalls({ failed, cancelled }: Status): Call[] {
  const answers = { success: !failed && !cancelled, failure: failed && !cancelled, always: true, cancelled };
  return Object.entries(answers).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer),
  }));
}
