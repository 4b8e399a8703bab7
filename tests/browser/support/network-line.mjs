// A line between a browser and the service that can be cut and mended, below anything that a browser knows of.
import { connect, createServer } from 'node:net';

export async function openLine(url) {
  const { hostname, port } = new URL(url);
  const sockets = new Set();
  let cut = false;
  const server = createServer((near) => {
    if (cut) return near.destroy();
    const far = connect(Number(port), hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      sockets.add(one);
      one.pipe(other);
      one.on('error', () => other.destroy());
      one.on('close', () => (other.destroy(), sockets.delete(one)));
    }
  });
  await new Promise((done) => server.listen(0, hostname, done));
  const drop = () => sockets.forEach((socket) => socket.destroy());
  return {
    url: `http://${hostname}:${server.address().port}`,
    cut: () => ((cut = true), drop()),
    mend: () => (cut = false),
    close: () => (drop(), server.close()),
  };
}
