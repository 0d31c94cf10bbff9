"""How is a notebook run? ``run`` starts kernels of the book (``book_kernel``) and waits for them."""
