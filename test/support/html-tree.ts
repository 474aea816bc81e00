import { type DefaultTreeAdapterTypes, parse } from 'parse5';

/** An element as a browser would see it. */
export interface HtmlElement {
  readonly name: string;
  readonly depth: number;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: readonly HtmlElement[];
  readonly text: string;
}

export function parseHtml(html: string): HtmlElement {
  const root = parse(html);
  return toElement({ ...root, nodeName: '#root', tagName: '#root', attrs: [] } as unknown as Node, 0);
}

type Node = DefaultTreeAdapterTypes.Element;

function toElement(node: Node, depth: number): HtmlElement {
  const children: HtmlElement[] = [];
  let text = '';
  for (const child of node.childNodes) {
    if (child.nodeName === '#text') text += (child as DefaultTreeAdapterTypes.TextNode).value;
    else if ('tagName' in child) {
      const element = toElement(child, depth + 1);
      children.push(element);
      text += element.text;
    }
  }
  return {
    name: node.tagName,
    depth,
    attributes: Object.fromEntries(node.attrs.map(({ name, value }) => [name, value])),
    children,
    text,
  };
}

/** Every element below, or only those of one name. */
export function elementsOf(root: HtmlElement, name?: string): readonly HtmlElement[] {
  return root.children.flatMap((child) => [
    ...(name === undefined || child.name === name ? [child] : []),
    ...elementsOf(child, name),
  ]);
}

export function countElements(root: HtmlElement, name: string): number {
  return elementsOf(root, name).length;
}

export function textOf(element: HtmlElement | undefined): string {
  return element?.text ?? '';
}
