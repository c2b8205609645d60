import type { DragEvent } from 'react';

const type = 'text/plain';

export function dragCard({ dataTransfer }: DragEvent, id: string): void {
  dataTransfer.setData(type, id);
  dataTransfer.effectAllowed = 'move';
}

export function draggedCard(event: DragEvent): string {
  event.preventDefault();
  return event.dataTransfer.getData(type);
}
