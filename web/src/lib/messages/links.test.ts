import { expect, it } from 'vitest';
import { piecesOf } from './links';

it('makes links clickable, without the full stop after them', () => {
  expect(piecesOf('Tik op http://x.nl/l/abc. Of bel.')).toEqual([
    { text: 'Tik op ', href: null },
    { text: 'http://x.nl/l/abc', href: 'http://x.nl/l/abc' },
    { text: '. Of bel.', href: null },
  ]);
  expect(piecesOf('OK')).toEqual([{ text: 'OK', href: null }]);
  expect(piecesOf('javascript:alert(1)')).toEqual([{ text: 'javascript:alert(1)', href: null }]);
});
