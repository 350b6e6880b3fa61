export async function showPage(..._: unknown[]): Promise<'ok'> {
  return 'ok';
}
