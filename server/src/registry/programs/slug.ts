/** A slug from a name: what is no letter or digit becomes a hyphen; 'program' when nothing is left. At most 48 characters. */
export function slugOfName(name: string): string {
  const plain = name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase();
  const slug = plain
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 48)
    .replace(/-+$/, '');
  return slug === '' ? 'program' : slug;
}
