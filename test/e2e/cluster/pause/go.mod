module strandline.io/test/pause

go 1.24
