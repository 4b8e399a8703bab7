// Finds the links in a text message, so that they can be clicked in the demo.
export type Piece = { text: string; href: string | null };

export function piecesOf(body: string): Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const match of body.matchAll(/https?:\/\/[^\s<>"]+[^\s<>".,;:!?)]/g)) {
    if (match.index > from) pieces.push({ text: body.slice(from, match.index), href: null });
    pieces.push({ text: match[0], href: match[0] });
    from = match.index + match[0].length;
  }
  if (from < body.length) pieces.push({ text: body.slice(from), href: null });
  return pieces;
}
