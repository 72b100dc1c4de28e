// The byte regions of the files of a data folder: what stands where, so that damage can be aimed at each.

export interface Region {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const PAGE_BYTES = 4096;
const PAGE_HEADER_BYTES = 24;
const META_BYTES = 144;
const FRAME_OVERHEAD_BYTES = 112;
const ID_BYTES = 32;

/** LMDB's own: both meta pages, and each kind of page of its trees, by the newest page of each kind. */
export function pageRegions(image: Buffer): Region[] {
  const regions: Region[] = [];
  for (const page of [0, 1]) {
    const at = page * PAGE_BYTES;
    regions.push({ name: `meta page ${page}, header`, from: at, to: at + PAGE_HEADER_BYTES });
    regions.push({
      name: `meta page ${page}, fields`,
      from: at + PAGE_HEADER_BYTES,
      to: at + PAGE_HEADER_BYTES + META_BYTES,
    });
  }
  const kinds = { branch: 1, leaf: 2, overflow: 4 };
  for (const [kind, flag] of Object.entries(kinds)) {
    for (let page = image.length / PAGE_BYTES - 1; page >= 2; page--) {
      const at = page * PAGE_BYTES;
      if (Number(image.readBigUInt64LE(at)) !== page || image.readUInt16LE(at + 18) !== flag) continue;
      regions.push({ name: `${kind} page, header`, from: at, to: at + PAGE_HEADER_BYTES });
      if (kind === 'overflow') break;
      const lower = PAGE_HEADER_BYTES + image.readUInt16LE(at + 20);
      const upper = PAGE_HEADER_BYTES + image.readUInt16LE(at + 22);
      regions.push({ name: `${kind} page, offsets`, from: at + PAGE_HEADER_BYTES, to: at + lower });
      regions.push({ name: `${kind} page, entries`, from: at + upper, to: at + PAGE_BYTES });
      break;
    }
  }
  return regions;
}

/** The fields of an encoded frame. */
export function frameRegions(name: string, length: number): Region[] {
  const payloadAt = FRAME_OVERHEAD_BYTES - ID_BYTES;
  const end = length - ID_BYTES;
  const fields: [string, number, number][] = [
    ['magic and version', 0, 4],
    ['predecessor', 4, 36],
    ['first sequence', 36, 44],
    ['record count', 44, 48],
    ['digest', 48, 52],
    ['answers', 52, 76],
    ['payload length', 76, 80],
    ['payload', payloadAt, end],
    ['id', end, length],
  ];
  return fields.map(([field, from, to]) => ({ name: `${name}, ${field}`, from, to }));
}

export function snapshotRegions(bytes: Buffer): Region[] {
  const body = 12 + bytes.readUInt32LE(8);
  return [
    { name: 'magic', from: 0, to: 8 },
    { name: 'header length', from: 8, to: 12 },
    { name: 'header', from: 12, to: body },
    { name: 'body', from: body, to: bytes.length },
  ];
}

export function modelRegions(bytes: Buffer): Region[] {
  const head = 17 + bytes.readUInt32LE(9);
  return [
    { name: 'magic', from: 0, to: 9 },
    { name: 'first lengths', from: 9, to: 17 },
    { name: 'header', from: 17, to: head },
    { name: 'pieces', from: head, to: bytes.length - 80 },
    { name: 'checksum', from: bytes.length - 80, to: bytes.length },
  ];
}
